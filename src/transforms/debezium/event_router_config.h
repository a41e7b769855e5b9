#pragma once
// The options of outbox.EventRouter.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/java_regex.h"
#include "base/result.h"
#include "sdk/config/config_def.h"

namespace sluice::transforms::debezium {

enum class Placement : uint8_t { kHeader, kEnvelope, kPartition };
enum class UnexpectedUpdate : uint8_t { kWarn, kError, kFatal };

struct EventRouterConfig {
  struct Additional {
    std::string field;
    Placement placement = Placement::kHeader;
    std::string alias;
  };

  static const sdk::ConfigDef& definition();
  static Result<EventRouterConfig> parse(const sdk::Properties& properties);

  std::string id_field;
  std::string key_field;
  std::string payload_field;
  std::optional<std::string> timestamp_field;
  std::optional<std::string> version_field;
  std::string route_field;
  std::optional<JavaRegex> topic_regex;
  std::string topic_replacement;
  std::vector<Additional> additional;
  bool error_on_missing = true;
  bool tombstone_on_empty = false;
  bool expand_json = false;
  bool keep_json_nulls = false;
  UnexpectedUpdate on_update = UnexpectedUpdate::kWarn;
};

}  // namespace sluice::transforms::debezium
