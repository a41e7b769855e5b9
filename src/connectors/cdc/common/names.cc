#include "connectors/cdc/common/names.h"

#include <fmt/core.h>

namespace sluice::connectors::cdc {

std::string original_or(const sdk::Config& config, std::string_view key, std::string_view fallback) {
  const auto found = config.originals().find(key);
  return std::string(found == config.originals().end() ? fallback : found->second);
}

Result<Names> Names::parse(const sdk::Config& config) {
  Names names;
  names.prefix_ = config.get_string("topic.prefix");
  names.delimiter_ = original_or(config, "topic.delimiter", ".");
  names.transaction_ = original_or(config, "topic.transaction", "transaction");
  names.heartbeat_prefix_ = config.get_string("heartbeat.topics.prefix");
  names.schemas_ = sdk::name_mode_of(config.get_string("schema.name.adjustment.mode"));
  names.fields_ = sdk::name_mode_of(original_or(config, "field.name.adjustment.mode", "none"));
  const std::string& strategy = config.get_string("topic.naming.strategy");
  const std::string_view name = std::string_view(strategy).substr(strategy.rfind('.') + 1);
  if (name == "SchemaTopicNamingStrategy") return names;
  if (name == "DefaultTopicNamingStrategy") {
    names.strategy_ = Strategy::kTableOnly;
    return names;
  }
  if (name != "DefaultRegexTopicNamingStrategy") {
    return bad_config(
        fmt::format("topic.naming.strategy {} is not known; use SchemaTopicNamingStrategy, "
                    "DefaultTopicNamingStrategy or DefaultRegexTopicNamingStrategy of io.debezium.schema",
                    strategy));
  }
  names.strategy_ = Strategy::kRegex;
  names.replacement_ = original_or(config, "topic.replacement", "");
  auto regex = JavaRegex::compile(original_or(config, "topic.regex", ""));
  if (!regex.ok()) return regex.error().with_context("topic.regex");
  names.regex_ = *std::move(regex);
  return names;
}

std::string Names::table_topic(const TableId& table) const {
  if (strategy_ == Strategy::kTableOnly) return sdk::adjust_topic_name(prefix_ + delimiter_ + table.table);
  std::string name = prefix_ + delimiter_ + table.space + delimiter_ + table.table;
  if (strategy_ == Strategy::kRegex) {
    const auto matched = regex_->matches(name);
    const auto routed =
        matched.ok() && *matched ? regex_->replace_first(name, replacement_) : Result<std::string>(name);
    if (routed.ok() && !routed->empty()) name = *routed;
  }
  return sdk::adjust_topic_name(name);
}

}  // namespace sluice::connectors::cdc
