#include <fmt/format.h>

#include <utility>

#include "cluster/connector_offsets.h"
#include "store/source_offsets.h"

namespace sluice::cluster {
namespace {

constexpr std::chrono::milliseconds kTimeout{30'000};

RequestError error_of(std::string message) { return {RequestProblem::kInternal, std::move(message), {}, {}}; }

struct Entries {
  sdk::Arena arena;
  std::vector<sdk::PartitionAndOffset> list;
};

/// As the connector sees them: numbers of 64 bits, whatever they were written as.
std::optional<Error> add(Entries& entries, const std::string& partition,
                         const std::optional<std::string>& offset) {
  const auto key = store::SourceOffsets::parse(partition, entries.arena);
  if (!key.ok()) return key.error();
  sdk::Value value = sdk::Value::null();
  if (offset) {
    const auto parsed = store::SourceOffsets::parse(*offset, entries.arena);
    if (!parsed.ok()) return parsed.error();
    value = *parsed;
  }
  entries.list.push_back({*key, value});
  return std::nullopt;
}

Answer<std::vector<OffsetEntry>> read_from(const ConnectorCall& of, store::OffsetStore& store) {
  const Status fresh = store.refresh(kTimeout);
  const auto partitions = fresh.ok() ? store.partitions(of.connector)
                                     : Result<std::vector<store::PartitionOffset>>(fresh.error());
  if (!partitions.ok()) {
    return error_of(fmt::format("Failed to retrieve offsets for source connector {}: {}", of.connector,
                                partitions.error().message()));
  }
  std::vector<OffsetEntry> entries;
  for (const auto& [partition, offset] : *partitions) entries.push_back({partition, offset});
  return entries;
}

/// For a reset: everything that is known, without offsets.
Answer<std::vector<OffsetEntry>> wanted_entries(const ConnectorCall& of, store::OffsetStore& store,
                                                const OffsetChange& change) {
  if (change) return *change;
  auto known = read_from(of, store);
  if (auto* entries = std::get_if<std::vector<OffsetEntry>>(&known)) {
    for (OffsetEntry& entry : *entries) entry.offset.reset();
  }
  return known;
}

}  // namespace

std::string offsets_changed(const OffsetChange& change, bool is_vouched) {
  const char* verb = change ? "altered" : "reset";
  if (is_vouched) return fmt::format("The offsets for this connector have been {} successfully", verb);
  return fmt::format(
      "The Connect framework-managed offsets for this connector have been {} successfully. However, if this "
      "connector manages offsets externally, they will need to be manually {} in the system that the "
      "connector "
      "uses.",
      verb, verb);
}

Answer<std::vector<OffsetEntry>> read_source_offsets(const ConnectorCall& of,
                                                     tasks::ConnectorOffsets& offsets) {
  const auto place = offsets.open(of.connector, of.config, of.exactly_once);
  if (!place.ok()) return error_of(place.error().message());
  return read_from(of, *place->store);
}

Answer<std::string> change_source_offsets(const ConnectorCall& of, tasks::ConnectorOffsets& offsets,
                                          const OffsetChange& change) {
  const auto place = offsets.open(of.connector, of.config, of.exactly_once);
  if (!place.ok()) return error_of(place.error().message());
  auto wanted = wanted_entries(of, *place->store, change);
  if (auto* error = std::get_if<RequestError>(&wanted)) return std::move(*error);
  Entries entries;
  for (const OffsetEntry& entry : std::get<std::vector<OffsetEntry>>(wanted)) {
    if (const auto error = add(entries, entry.partition, entry.offset)) return error_of(error->message());
  }
  const auto plugin = of.plugins.connector(of.config.at("connector.class"));
  if (!plugin.ok() || plugin->source == nullptr) {
    return error_of(fmt::format("Connector {} is not a source connector", of.connector));
  }
  const auto vouched = plugin->source->connector()->alter_offsets(of.config, entries.list);
  if (!vouched.ok()) {
    if (vouched.error().kind() != ErrorKind::kUnsupported) return error_of(vouched.error().message());
    return error_of(
        fmt::format("Failed to modify offsets for connector {} because it doesn't support external "
                    "modification of offsets",
                    of.connector));
  }
  const store::SourceOffsets keys(*place->store, of.connector);
  store::OffsetEntries to_write;
  for (const auto& [partition, offset] : entries.list) to_write[keys.key(partition)] = keys.value(offset);
  const Status written = to_write.empty()
                             ? Status()
                             : tasks::write_source_offsets(of.worker, of.connector, of.config,
                                                           of.exactly_once, *place, to_write, kTimeout);
  if (!written.ok()) {
    return error_of(fmt::format("Failed to modify offsets for source connector {}: {}", of.connector,
                                written.error().message()));
  }
  return offsets_changed(change, *vouched);
}

}  // namespace sluice::cluster
