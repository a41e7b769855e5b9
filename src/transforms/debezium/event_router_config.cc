#include "transforms/debezium/event_router_config.h"

#include "transforms/debezium/modes.h"
#include "transforms/transform_config.h"

namespace sluice::transforms::debezium {
namespace {

constexpr const char* kPlacementNames[] = {"header", "envelope", "partition"};
constexpr const char* kUpdateNames[] = {"warn", "error", "fatal"};
constexpr const char* kNullNames[] = {"ignore", "optional_bytes"};

constexpr const char* kEventId = "table.field.event.id";
constexpr const char* kEventKey = "table.field.event.key";
constexpr const char* kEventTimestamp = "table.field.event.timestamp";
constexpr const char* kPayload = "table.field.event.payload";
constexpr const char* kAdditional = "table.fields.additional.placement";
constexpr const char* kErrorOnMissing = "table.fields.additional.error.on.missing";
constexpr const char* kSchemaVersion = "table.field.event.schema.version";
constexpr const char* kRouteField = "route.by.field";
constexpr const char* kTopicRegex = "route.topic.regex";
constexpr const char* kTopicReplacement = "route.topic.replacement";
constexpr const char* kTombstone = "route.tombstone.on.empty.payload";
constexpr const char* kOnUpdate = "table.op.invalid.behavior";
constexpr const char* kExpandJson = "table.expand.json.payload";
constexpr const char* kJsonNulls = "table.json.payload.null.behavior";

std::string trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Result<EventRouterConfig::Additional> parse_additional(const std::string& text) {
  const std::vector<std::string> parts = split_at_colons(text);
  EventRouterConfig::Additional additional;
  size_t placement = std::size(kPlacementNames);
  if (parts.size() == 2 || parts.size() == 3) placement = mode_of(kPlacementNames, trimmed(parts[1]));
  if (placement == std::size(kPlacementNames)) {
    return bad_config("A comma-separated list of valid String pairs or trios is expected but got: " + text +
                      " (`field:header`, `field:envelope`, `field:partition`, and `:alias` behind it)");
  }
  additional.field = trimmed(parts[0]);
  additional.placement = static_cast<Placement>(placement);
  additional.alias = parts.size() == 3 ? trimmed(parts[2]) : additional.field;
  return additional;
}

sdk::Validator additional_fields() {
  return {.check = [](std::string_view, const sdk::ConfigItem& item) -> std::optional<std::string> {
            const auto parsed = parse_additional(std::get<std::string>(item));
            if (parsed.ok()) return std::nullopt;
            return parsed.error().message();
          },
          .text = "field:header, field:envelope or field:partition, with or without :alias",
          .each_element = true};
}

void define_columns(sdk::ConfigDef& def) {
  using sdk::Importance;
  def.define({.name = kEventId,
              .default_value = "id",
              .importance = Importance::kLow,
              .doc = "Column of the event's id, which becomes the header `id`."})
      .define({.name = kEventKey,
               .default_value = "aggregateid",
               .importance = Importance::kLow,
               .doc = "Column of the event's key."})
      .define(
          {.name = "table.field.event.type",
           .default_value = "type",
           .importance = Importance::kLow,
           .doc = "Column of the event's type. Not used: `table.fields.additional.placement` can send it."})
      .define({.name = kPayload,
               .default_value = "payload",
               .importance = Importance::kLow,
               .doc = "Column of the event itself."})
      .define({.name = kEventTimestamp,
               .default_value = nullptr,
               .doc = "Column with the time of the record; without it, the time at which the change was "
                      "processed."})
      .define({.name = kAdditional,
               .type = sdk::ConfigType::kList,
               .default_value = nullptr,
               .validator = additional_fields(),
               .importance = Importance::kHigh,
               .doc =
                   "More columns to send: `column:header`, `column:envelope` (the value becomes a struct of "
                   "`payload` and these) or `column:partition`, each with `:alias` if it gets another "
                   "name."})
      .define({.name = kErrorOnMissing,
               .type = sdk::ConfigType::kBoolean,
               .default_value = "true",
               .doc = "Whether it is an error if such a column is not there."})
      .define({.name = kSchemaVersion,
               .default_value = nullptr,
               .importance = Importance::kLow,
               .doc = "Column with the version of the value's schema."});
}

void define_behaviour(sdk::ConfigDef& def) {
  using sdk::Importance;
  def.define({.name = kOnUpdate,
              .default_value = "warn",
              .validator = one_of_modes(kUpdateNames),
              .doc = "What an update of the outbox table does, which nobody should make: a line of the log "
                     "(`warn`, `error`) and nothing more, or `fatal`."})
      .define({.name = kExpandJson,
               .type = sdk::ConfigType::kBoolean,
               .default_value = "false",
               .doc = "Whether a payload that is the text of a JSON object becomes a struct."})
      .define({.name = kJsonNulls,
               .default_value = "ignore",
               .validator = one_of_modes(kNullNames),
               .doc = "Fields of such JSON that are null: left out (`ignore`) or `optional_bytes`."})
      .define({.name = kRouteField,
               .default_value = "aggregatetype",
               .importance = Importance::kHigh,
               .doc = "Column that says where the event goes."})
      .define({.name = kTopicRegex,
               .default_value = "(?<routedByValue>.*)",
               .validator = valid_regex(),
               .importance = Importance::kLow,
               .doc = "Regular expression over that column's value."})
      .define({.name = kTopicReplacement,
               .default_value = "outbox.event.${routedByValue}",
               .importance = Importance::kHigh,
               .doc = "The topic, from groups of `route.topic.regex`."})
      .define({.name = kTombstone,
               .type = sdk::ConfigType::kBoolean,
               .default_value = "false",
               .importance = Importance::kHigh,
               .doc = "Whether an empty payload becomes a tombstone."});
}

void define_tracing(sdk::ConfigDef& def) {
  const std::string doc = "Of no effect: Sluice takes no part in OpenTelemetry's tracing.";
  def.define({.name = "tracing.span.context.field",
              .default_value = "tracingspancontext",
              .importance = sdk::Importance::kLow,
              .doc = doc})
      .define({.name = "tracing.operation.name",
               .default_value = "debezium-read",
               .importance = sdk::Importance::kLow,
               .doc = doc})
      .define({.name = "tracing.with.context.field.only",
               .type = sdk::ConfigType::kBoolean,
               .default_value = "false",
               .importance = sdk::Importance::kLow,
               .doc = doc});
}

std::optional<std::string> optional_text(const sdk::Config& config, const char* name) {
  return config.has(name) ? std::optional(config.get_string(name)) : std::nullopt;
}

}  // namespace

const sdk::ConfigDef& EventRouterConfig::definition() {
  static const sdk::ConfigDef kDef = [] {
    sdk::ConfigDef def;
    define_columns(def);
    define_behaviour(def);
    define_tracing(def);
    return def;
  }();
  return kDef;
}

Result<EventRouterConfig> EventRouterConfig::parse(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, definition().parse(properties));
  EventRouterConfig config;
  config.id_field = parsed.get_string(kEventId);
  config.key_field = parsed.get_string(kEventKey);
  config.payload_field = parsed.get_string(kPayload);
  config.timestamp_field = optional_text(parsed, kEventTimestamp);
  config.version_field = optional_text(parsed, kSchemaVersion);
  config.route_field = parsed.get_string(kRouteField);
  SLUICE_ASSIGN_OR_RETURN(config.topic_regex, JavaRegex::compile(parsed.get_string(kTopicRegex)));
  config.topic_replacement = parsed.get_string(kTopicReplacement);
  if (parsed.has(kAdditional)) {
    for (const std::string& text : parsed.get_list(kAdditional)) {
      SLUICE_ASSIGN_OR_RETURN(Additional additional, parse_additional(text));
      config.additional.push_back(std::move(additional));
    }
  }
  config.error_on_missing = parsed.get_boolean(kErrorOnMissing);
  config.tombstone_on_empty = parsed.get_boolean(kTombstone);
  config.expand_json = parsed.get_boolean(kExpandJson);
  config.keep_json_nulls = mode_of(kNullNames, parsed.get_string(kJsonNulls)) == 1;
  config.on_update = static_cast<UnexpectedUpdate>(mode_of(kUpdateNames, parsed.get_string(kOnUpdate)));
  return config;
}

}  // namespace sluice::transforms::debezium
