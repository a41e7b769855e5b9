#include "tasks/connector_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/java_regex.h"
#include "tasks/contract_config.h"

namespace sluice::tasks {
namespace {

using sdk::ConfigDef;
using sdk::ConfigDefault;
using sdk::ConfigKey;
using sdk::ConfigType;
using sdk::Importance;
using sdk::NoDefault;
using sdk::Width;

constexpr const char* kCommon = "Common";
constexpr const char* kErrors = "Error Handling";
constexpr const char* kTopicCreation = "Topic Creation";
constexpr const char* kExactlyOnce = "Exactly Once Support";

ConfigKey key(std::string name, ConfigType type, ConfigDefault default_value, Importance importance,
              const char* group, int order, Width width, std::string display_name, std::string doc) {
  ConfigKey result;
  result.name = std::move(name);
  result.type = type;
  result.default_value = std::move(default_value);
  result.importance = importance;
  result.group = group;
  result.order = order;
  result.width = width;
  result.display_name = std::move(display_name);
  result.doc = std::move(doc);
  return result;
}

ConfigKey checked(ConfigKey base, sdk::Validator validator) {
  base.validator = std::move(validator);
  return base;
}

/// Null is allowed: the option then follows another one.
sdk::Validator null_or(sdk::Validator validator) {
  validator.null_reason.reset();
  return validator;
}

sdk::Validator unique_aliases(const char* what) {
  return {[what](std::string_view, const sdk::ConfigItem& item) -> std::optional<std::string> {
            auto aliases = std::get<std::vector<std::string>>(item);
            std::sort(aliases.begin(), aliases.end());
            if (std::adjacent_find(aliases.begin(), aliases.end()) == aliases.end()) return std::nullopt;
            return std::string("Duplicate alias provided.");
          },
          std::string("unique ") + what + " aliases"};
}

sdk::Validator regular_expression() {
  sdk::Validator validator;
  validator.text = "valid regex";
  validator.check = [](std::string_view, const sdk::ConfigItem& item) -> std::optional<std::string> {
    const auto pattern = JavaRegex::compile(std::get<std::string>(item));
    if (pattern.ok()) return std::nullopt;
    return "Invalid regex: " + pattern.error().message();
  };
  return validator;
}

void define_common(ConfigDef& def) {
  def.define(checked(key("name", ConfigType::kString, NoDefault{}, Importance::kHigh, kCommon, 1,
                         Width::kMedium, "Connector name", "Globally unique name of this connector."),
                     sdk::non_empty_without_control_chars()));
  def.define(key("connector.class", ConfigType::kString, NoDefault{}, Importance::kHigh, kCommon, 2,
                 Width::kLong, "Connector class", "Class name or alias of this connector."));
  def.define(key("connector.plugin.version", ConfigType::kString, nullptr, Importance::kMedium, kCommon, 3,
                 Width::kMedium, "Connector version", "Version of the connector."));
  def.define(checked(key("tasks.max", ConfigType::kInt, "1", Importance::kHigh, kCommon, 4, Width::kShort,
                         "Tasks max", "Most tasks that this connector may have."),
                     sdk::at_least(int64_t{1})));
  def.define(key("tasks.max.enforce", ConfigType::kBoolean, "true", Importance::kLow, kCommon, 5,
                 Width::kShort, "Enforce tasks max",
                 "Whether a connector that asks for more tasks than tasks.max fails."));
  int order = 6;
  for (const auto& [which, label] :
       {std::pair{"key", "Key"}, std::pair{"value", "Value"}, std::pair{"header", "Header"}}) {
    def.define(key(fmt::format("{}.converter", which), ConfigType::kClass, nullptr, Importance::kLow, kCommon,
                   order++, Width::kShort, fmt::format("{} converter class", label),
                   fmt::format("Converter of record {}s; unset: the worker's.", which)));
    def.define(key(fmt::format("{}.converter.plugin.version", which), ConfigType::kString, nullptr,
                   Importance::kLow, kCommon, order++, Width::kShort,
                   fmt::format("{} converter version", label), "Version of that converter."));
  }
  def.define(
      checked(key("transforms", ConfigType::kList, "", Importance::kLow, "Transforms", 12, Width::kLong,
                  "Transforms", "Aliases of the transformations to apply to records, in order."),
              unique_aliases("transformation")));
  def.define(checked(key("predicates", ConfigType::kList, "", Importance::kLow, "Predicates", 13,
                         Width::kLong, "Predicates", "Aliases of the predicates that transformations use."),
                     unique_aliases("predicate")));
  def.define(
      checked(key("config.action.reload", ConfigType::kString, "restart", Importance::kLow, kCommon, 14,
                  Width::kMedium, "Reload Action", "What to do when a value of a config provider changes."),
              sdk::one_of({"none", "restart"})));
}

void define_errors(ConfigDef& def) {
  def.define(key("errors.retry.timeout", ConfigType::kLong, "0", Importance::kMedium, kErrors, 1,
                 Width::kMedium, "Retry Timeout for Errors",
                 "Longest time in milliseconds that a failed operation is retried; 0: "
                 "never, -1: for ever."));
  def.define(key("errors.retry.delay.max.ms", ConfigType::kLong, "60000", Importance::kMedium, kErrors, 2,
                 Width::kMedium, "Maximum Delay Between Retries for Errors",
                 "Longest pause in milliseconds between retries."));
  def.define(checked(
      key("errors.tolerance", ConfigType::kString, "none", Importance::kMedium, kErrors, 3, Width::kShort,
          "Error Tolerance", "none: a bad record fails the task; all: it is skipped and reported."),
      sdk::one_of({"none", "all"})));
  def.define(key("errors.log.enable", ConfigType::kBoolean, "false", Importance::kMedium, kErrors, 4,
                 Width::kShort, "Log Errors", "Whether each error is written to the log."));
  def.define(key("errors.log.include.messages", ConfigType::kBoolean, "false", Importance::kMedium, kErrors,
                 5, Width::kShort, "Log Error Details", "Whether the log shows the record too."));
}

void define_source(ConfigDef& def) {
  def.define(
      checked(key("topic.creation.groups", ConfigType::kList, "", Importance::kLow, kTopicCreation, 1,
                  Width::kLong, "Topic Creation Groups", "Groups of settings for topics that are created."),
              unique_aliases("topic creation group")));
  def.define(checked(key("exactly.once.support", ConfigType::kString, "requested", Importance::kMedium,
                         kExactlyOnce, 2, Width::kShort, "Exactly once support",
                         "required: refuse the connector unless it can deliver exactly once."),
                     sdk::one_of_ignoring_case({"requested", "required"})));
  def.define(checked(
      key("transaction.boundary", ConfigType::kString, "poll", Importance::kMedium, kExactlyOnce, 3,
          Width::kShort, "Transaction Boundary", "Where transactions end: poll, interval, connector."),
      sdk::one_of_ignoring_case({"poll", "interval", "connector"})));
  def.define(checked(key("transaction.boundary.interval.ms", ConfigType::kLong, nullptr, Importance::kLow,
                         kExactlyOnce, 4, Width::kShort, "Transaction boundary interval",
                         "Length of a transaction with boundary interval; unset: offset.flush.interval.ms."),
                     null_or(sdk::at_least(int64_t{0}))));
  def.define(
      checked(key("offsets.storage.topic", ConfigType::kString, nullptr, Importance::kLow, "offsets.topic", 1,
                  Width::kLong, "Offsets topic", "Topic for this connector's own offsets."),
              sdk::non_empty()));
}

void define_sink(ConfigDef& def) {
  def.define(key("topics", ConfigType::kList, "", Importance::kHigh, kCommon, 4, Width::kLong, "Topics",
                 "Topics to consume, comma separated."));
  def.define(checked(key("topics.regex", ConfigType::kString, "", Importance::kHigh, kCommon, 4, Width::kLong,
                         "Topics regex", "Regular expression of the topics to consume."),
                     regular_expression()));
  def.define(key("errors.deadletterqueue.topic.name", ConfigType::kString, "", Importance::kMedium, kErrors,
                 6, Width::kMedium, "Dead Letter Queue Topic Name",
                 "Topic for records that could not be processed."));
  def.define(key("errors.deadletterqueue.topic.replication.factor", ConfigType::kShort, "3",
                 Importance::kMedium, kErrors, 7, Width::kMedium,
                 "Dead Letter Queue Topic Replication Factor",
                 "Replication factor with which that topic is created."));
  def.define(key("errors.deadletterqueue.context.headers.enable", ConfigType::kBoolean, "false",
                 Importance::kMedium, kErrors, 8, Width::kMedium, "Enable Error Context Headers",
                 "Whether dead letters carry headers that describe the error."));
}

}  // namespace

const ConfigDef& common_connector_config() {
  static const ConfigDef def = [] {
    ConfigDef result;
    define_common(result);
    define_errors(result);
    return result;
  }();
  return def;
}

const ConfigDef& source_connector_config() {
  static const ConfigDef def = [] {
    ConfigDef result;
    result.define_all(common_connector_config());
    define_source(result);
    return result;
  }();
  return def;
}

const ConfigDef& sink_connector_config() {
  static const ConfigDef def = [] {
    ConfigDef result;
    result.define_all(common_connector_config());
    define_sink(result);
    define_contract_options(result);
    return result;
  }();
  return def;
}

}  // namespace sluice::tasks
