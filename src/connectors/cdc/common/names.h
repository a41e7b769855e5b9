#pragma once
// Names of topics, schemas and fields (io.debezium.schema: SchemaTopicNamingStrategy, SchemaNameAdjuster).
// Immutable.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/java_regex.h"
#include "base/result.h"
#include "connectors/cdc/common/table_id.h"
#include "sdk/config/config_def.h"
#include "sdk/name_adjustment.h"

namespace sluice::connectors::cdc {

class Names {
 public:
  /// Error kind kBadConfig for naming strategies that are not known here.
  static Result<Names> parse(const sdk::Config& config);

  std::string table_topic(const TableId& table) const;
  std::string heartbeat_topic() const { return heartbeat_prefix_ + delimiter_ + prefix_; }
  std::string transaction_topic() const { return prefix_ + delimiter_ + transaction_; }
  /// Of something that the connector tells beside tables, e.g. "message".
  std::string side_topic(std::string_view suffix) const { return prefix_ + delimiter_ + std::string(suffix); }
  const std::string& prefix() const { return prefix_; }

  std::string schema_name(std::string_view name) const { return sdk::adjust_schema_name(schemas_, name); }
  std::string field_name(std::string_view name) const { return sdk::adjust_field_name(fields_, name); }

 private:
  enum class Strategy : uint8_t { kSchema, kTableOnly, kRegex };

  std::string prefix_;
  std::string delimiter_;
  std::string heartbeat_prefix_;
  std::string transaction_;
  Strategy strategy_ = Strategy::kSchema;
  std::optional<JavaRegex> regex_;  // of kRegex
  std::string replacement_;
  sdk::NameMode schemas_ = sdk::NameMode::kNone;
  sdk::NameMode fields_ = sdk::NameMode::kNone;
};

/// The value of a key that Debezium honours without defining it, or `fallback`.
std::string original_or(const sdk::Config& config, std::string_view key, std::string_view fallback);

}  // namespace sluice::connectors::cdc
