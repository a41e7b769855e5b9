#include "cluster/connect_protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace sluice::cluster {
namespace {

/// The task number that means the connector itself.
constexpr int32_t kConnectorItself = -1;
constexpr size_t kTextMax = 32'767;
constexpr std::string_view kSluiceMagic = "Sluice";
constexpr int16_t kSluiceVersion = 0;

struct ProtocolNames {
  ConnectProtocol protocol;
  std::string_view setting;
  std::string_view name;
};
constexpr std::array kProtocols{ProtocolNames{ConnectProtocol::kSessioned, "sessioned", "sessioned"},
                                ProtocolNames{ConnectProtocol::kCompatible, "compatible", "compatible"},
                                ProtocolNames{ConnectProtocol::kEager, "eager", "default"}};

class Writer {
 public:
  void int16(int16_t value) { number(static_cast<uint16_t>(value), 2); }
  void int32(int32_t value) { number(static_cast<uint32_t>(value), 4); }
  void int64(int64_t value) { number(static_cast<uint64_t>(value), 8); }
  void count(size_t value) { int32(static_cast<int32_t>(value)); }
  void raw(std::string_view bytes) { out_ += bytes; }
  void text(std::string_view value) {
    value = value.substr(0, kTextMax);
    int16(static_cast<int16_t>(value.size()));
    out_ += value;
  }
  std::string take() { return std::move(out_); }

 private:
  void number(uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out_ += static_cast<char>(value >> shift);
  }
  std::string out_;
};

class Reader {
 public:
  Reader(std::string_view what, BytesView bytes) : what_(what), rest_(bytes), total_(bytes.size()) {}

  size_t left() const { return rest_.size(); }
  Result<int16_t> int16() { return number<int16_t>(); }
  Result<int32_t> int32() { return number<int32_t>(); }
  Result<int64_t> int64() { return number<int64_t>(); }

  Result<std::string_view> bytes(size_t count) {
    if (count > rest_.size()) return broken(fmt::format("{} bytes are promised, {} left", count, left()));
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  Result<std::string> text() {
    SLUICE_ASSIGN_OR_RETURN(const int16_t length, int16());
    if (length < 0) return broken("a text has a negative length");
    SLUICE_ASSIGN_OR_RETURN(const std::string_view taken, bytes(static_cast<size_t>(length)));
    return std::string(taken);
  }
  /// The number of elements, each at least `element_bytes` long. A null array is an empty one where allowed.
  Result<size_t> count(size_t element_bytes, bool nullable) {
    SLUICE_ASSIGN_OR_RETURN(const int32_t value, int32());
    if (value < 0 && nullable) return size_t{0};
    if (value < 0) return broken("an array has a negative length");
    if (static_cast<size_t>(value) > rest_.size() / element_bytes)
      return broken(fmt::format("{} elements are promised, {} bytes left", value, left()));
    return static_cast<size_t>(value);
  }
  bool skip(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  Error broken(std::string_view problem) const {
    return bad_record(fmt::format("{} cannot be read: {} at byte {}", what_, problem, total_ - rest_.size()));
  }

 private:
  template <typename Number>
  Result<Number> number() {
    SLUICE_ASSIGN_OR_RETURN(const std::string_view taken, bytes(sizeof(Number)));
    uint64_t value = 0;
    for (const char byte : taken) value = value << 8 | static_cast<uint8_t>(byte);
    return static_cast<Number>(value);
  }

  std::string_view what_;
  std::string_view rest_;
  size_t total_;
};

/// One entry per connector, the mark of the connector itself before its tasks.
void write_items(Writer& out, const WorkItems& items) {
  std::vector<std::pair<std::string_view, std::vector<int32_t>>> entries;
  std::map<std::string_view, size_t> places;
  const auto add = [&](const std::string& connector, int32_t number) {
    if (connector.size() > kTextMax) return;
    const auto [place, is_new] = places.try_emplace(connector, entries.size());
    if (is_new) entries.emplace_back(connector, std::vector<int32_t>());
    entries[place->second].second.push_back(number);
  };
  for (const auto& connector : items.connectors) add(connector, kConnectorItself);
  for (const auto& task : items.tasks) add(task.connector, task.task);
  out.count(entries.size());
  for (const auto& [connector, numbers] : entries) {
    out.text(connector);
    out.count(numbers.size());
    for (const int32_t number : numbers) out.int32(number);
  }
}

Result<WorkItems> read_items(Reader& in, bool nullable) {
  WorkItems items;
  SLUICE_ASSIGN_OR_RETURN(const size_t entries, in.count(2 + 4, nullable));
  for (size_t i = 0; i < entries; ++i) {
    SLUICE_ASSIGN_OR_RETURN(const std::string connector, in.text());
    SLUICE_ASSIGN_OR_RETURN(const size_t numbers, in.count(4, false));
    for (size_t j = 0; j < numbers; ++j) {
      SLUICE_ASSIGN_OR_RETURN(const int32_t number, in.int32());
      if (number == kConnectorItself)
        items.connectors.push_back(connector);
      else
        items.tasks.push_back({connector, number});
    }
  }
  return items;
}

Result<int16_t> read_version(Reader& in) {
  SLUICE_ASSIGN_OR_RETURN(const int16_t version, in.int16());
  if (version < 0) return in.broken(fmt::format("version {} does not exist", version));
  return version;
}

Result<std::optional<Assignment>> read_allocation(Reader& in) {
  std::optional<Assignment> allocation;
  if (in.left() == 0) return allocation;
  SLUICE_ASSIGN_OR_RETURN(const int32_t length, in.int32());
  if (length < 0) return allocation;
  SLUICE_ASSIGN_OR_RETURN(const std::string_view bytes, in.bytes(static_cast<size_t>(length)));
  SLUICE_ASSIGN_OR_RETURN(allocation, decode_assignment(bytes));
  return allocation;
}

void write_sluice(Writer& out, const SluiceMetadata& sluice) {
  out.raw(kSluiceMagic);
  out.int16(kSluiceVersion);
  out.text(sluice.incarnation);
  out.count(sluice.connector_classes.size());
  for (const auto& name : sluice.connector_classes) out.text(name);
}

/// Later versions may only add fields at the end.
Result<std::optional<SluiceMetadata>> read_sluice(Reader& in) {
  std::optional<SluiceMetadata> sluice;
  if (!in.skip(kSluiceMagic)) return sluice;
  SLUICE_RETURN_IF_ERROR(read_version(in));
  sluice.emplace();
  SLUICE_ASSIGN_OR_RETURN(sluice->incarnation, in.text());
  SLUICE_ASSIGN_OR_RETURN(const size_t classes, in.count(2, false));
  for (size_t i = 0; i < classes; ++i) {
    SLUICE_ASSIGN_OR_RETURN(std::string name, in.text());
    sluice->connector_classes.push_back(std::move(name));
  }
  return sluice;
}

}  // namespace

std::optional<ConnectProtocol> parse_connect_protocol(std::string_view setting) {
  for (const auto& known : kProtocols)
    if (known.setting == setting) return known.protocol;
  return std::nullopt;
}

std::string_view group_protocol_name(ConnectProtocol protocol) {
  for (const auto& known : kProtocols)
    if (known.protocol == protocol) return known.name;
  SLUICE_CHECK(false, "a protocol outside its enumeration");
}

std::optional<ConnectProtocol> parse_group_protocol(std::string_view name) {
  for (const auto& known : kProtocols)
    if (known.name == name) return known.protocol;
  return std::nullopt;
}

std::vector<ConnectProtocol> offered_protocols(ConnectProtocol setting) {
  std::vector<ConnectProtocol> offered;
  for (const auto& known : kProtocols)
    if (known.protocol <= setting) offered.push_back(known.protocol);
  return offered;
}

std::string encode_assignment(const Assignment& assignment) {
  Writer out;
  out.int16(assignment.version);
  out.int16(assignment.error);
  out.text(assignment.leader);
  out.text(assignment.leader_url);
  out.int64(assignment.config_offset);
  write_items(out, assignment.assigned);
  if (assignment.version > 0) {
    write_items(out, assignment.revoked);
    out.int32(assignment.delay_ms);
  }
  return out.take();
}

Result<Assignment> decode_assignment(BytesView bytes) {
  Reader in("a worker's assignment", bytes);
  Assignment assignment;
  SLUICE_ASSIGN_OR_RETURN(assignment.version, read_version(in));
  const bool incremental = assignment.version > 0;
  SLUICE_ASSIGN_OR_RETURN(assignment.error, in.int16());
  SLUICE_ASSIGN_OR_RETURN(assignment.leader, in.text());
  SLUICE_ASSIGN_OR_RETURN(assignment.leader_url, in.text());
  SLUICE_ASSIGN_OR_RETURN(assignment.config_offset, in.int64());
  if (incremental && in.left() == 0) return assignment;
  SLUICE_ASSIGN_OR_RETURN(assignment.assigned, read_items(in, incremental));
  if (!incremental || in.left() == 0) return assignment;
  SLUICE_ASSIGN_OR_RETURN(assignment.revoked, read_items(in, true));
  if (in.left() == 0) return assignment;
  SLUICE_ASSIGN_OR_RETURN(assignment.delay_ms, in.int32());
  return assignment;
}

std::string encode_metadata(const WorkerMetadata& metadata) {
  Writer out;
  out.int16(metadata.version);
  out.text(metadata.url);
  out.int64(metadata.config_offset);
  if (metadata.version > 0 && metadata.allocation) {
    const std::string allocation = encode_assignment(*metadata.allocation);
    out.count(allocation.size());
    out.raw(allocation);
  } else if (metadata.version > 0 || metadata.sluice) {
    out.int32(-1);  // Java looks for it in version 0 too, if there are more bytes
  }
  if (metadata.sluice) write_sluice(out, *metadata.sluice);
  return out.take();
}

Result<WorkerMetadata> decode_metadata(BytesView bytes) {
  Reader in("a worker's metadata", bytes);
  WorkerMetadata metadata;
  SLUICE_ASSIGN_OR_RETURN(metadata.version, read_version(in));
  SLUICE_ASSIGN_OR_RETURN(metadata.url, in.text());
  SLUICE_ASSIGN_OR_RETURN(metadata.config_offset, in.int64());
  SLUICE_ASSIGN_OR_RETURN(metadata.allocation, read_allocation(in));
  SLUICE_ASSIGN_OR_RETURN(metadata.sluice, read_sluice(in));
  return metadata;
}

}  // namespace sluice::cluster
