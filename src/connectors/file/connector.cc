#include "connectors/file/connector.h"

#include <fmt/core.h>

#include "base/log.h"
#include "connectors/file/options.h"

namespace sluice::connectors::file {
namespace {

using sdk::Kind;
using sdk::Value;

bool has_key(const Value& map, std::string_view key) {
  if (map.kind() != Kind::kMap) return false;
  for (const sdk::MapEntry& entry : map.as_map()) {
    if (entry.key.kind() == Kind::kString && entry.key.as_string() == key) return true;
  }
  return false;
}

/// Java's checks, in Java's order and words.
Status check_offset(const sdk::PartitionAndOffset& entry) {
  if (entry.offset.is_null()) return {};  // garbage may always be cleaned up
  if (!has_key(entry.offset, kPositionField)) {
    return failed(
        fmt::format("Offset objects should either be null or contain the key '{}'", kPositionField));
  }
  const Value position = sdk::map_get(entry.offset, kPositionField);
  if (position.kind() != Kind::kInt64) {
    return failed(fmt::format("The value for the '{}' key in the offset is expected to be a Long value",
                              kPositionField));
  }
  if (position.as_integer() < 0) {
    return failed(fmt::format("The value for the '{}' key in the offset should be a non-negative value",
                              kPositionField));
  }
  if (entry.partition.is_null()) return failed("Partition objects cannot be null");
  if (!has_key(entry.partition, kFilenameField)) {
    return failed(fmt::format("Partition objects should contain the key '{}'", kFilenameField));
  }
  return {};
}

}  // namespace

const sdk::ConfigDef& FileSourceConnector::config() const { return source_options(); }

Status FileSourceConnector::start(const sdk::Properties& properties, sdk::ConnectorContext&) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, source_options().parse(properties));
  const std::string& file = config.get_string(kFile);
  log::info("Starting file source connector reading from {}", file.empty() ? "standard input" : file);
  properties_ = properties;
  return {};
}

Result<std::vector<sdk::Properties>> FileSourceConnector::task_configs(int) {
  return std::vector<sdk::Properties>{properties_};
}

sdk::ExactlyOnceSupport FileSourceConnector::exactly_once_support(const sdk::Properties& properties) const {
  const std::string* file = sdk::find(properties, kFile);
  return file == nullptr || file->empty() ? sdk::ExactlyOnceSupport::kUnsupported
                                          : sdk::ExactlyOnceSupport::kSupported;
}

Result<bool> FileSourceConnector::alter_offsets(const sdk::Properties& properties,
                                                std::span<const sdk::PartitionAndOffset> offsets) {
  const std::string* file = sdk::find(properties, kFile);
  if (file == nullptr || file->empty()) {
    return failed(fmt::format(
        "Offsets cannot be modified if the '{}' configuration is unspecified. This is because stdin "
        "is used for input and offsets are not tracked.",
        kFile));
  }
  for (const sdk::PartitionAndOffset& entry : offsets) SLUICE_RETURN_IF_ERROR(check_offset(entry));
  return true;
}

const sdk::ConfigDef& FileSinkConnector::config() const { return sink_options(); }

Status FileSinkConnector::start(const sdk::Properties& properties, sdk::ConnectorContext&) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, sink_options().parse(properties));
  const std::string& file = config.get_string(kFile);
  log::info("Starting file sink connector writing to {}", file.empty() ? "standard output" : file);
  properties_ = properties;
  return {};
}

Result<std::vector<sdk::Properties>> FileSinkConnector::task_configs(int tasks_max) {
  return std::vector<sdk::Properties>(static_cast<size_t>(tasks_max), properties_);
}

}  // namespace sluice::connectors::file
