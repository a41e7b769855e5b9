#include "cluster/connector_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/java_regex.h"
#include "cluster/plugin_validation.h"
#include "cluster/request_steps.h"
#include "cluster/validation_sheet.h"
#include "plugins/version.h"
#include "tasks/client_definitions.h"
#include "tasks/client_settings.h"
#include "tasks/connector_config.h"

namespace sluice::cluster {
namespace {

using plugins::Plugins;
using sdk::ConfigKey;
using sdk::ConfigValue;
using sdk::Properties;

constexpr const char* kConfigException = "org.apache.kafka.common.config.ConfigException";
constexpr const char* kNullRefused = "Null value can not be supplied as the configuration value.";
constexpr const char* kDlqName = "errors.deadletterqueue.topic.name";
constexpr const char* kGroupOverride = "consumer.override.group.id";
constexpr std::string_view kConverters[] = {"key.converter", "value.converter", "header.converter"};

RequestError bad_request(std::string message) {
  return {RequestProblem::kBadRequest, std::move(message), {}};
}

bool is_blank(const std::string* text) {
  return text == nullptr || text->find_first_not_of(" \t\r\n") == std::string::npos;
}

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  });
}

bool has_key_below(const Properties& properties, std::string_view prefix) {
  const auto first = properties.lower_bound(prefix);
  return first != properties.end() && first->first.starts_with(prefix);
}

class Validation {
 public:
  Validation(const ValidationWorker& worker, const RawConfig& raw)
      : worker_(worker), raw_(raw), properties_(without_nulls(raw)) {}

  Answer<ConfigChecks> run();

 private:
  void define_framework(const sdk::ConfigDef& def);
  void set_connector_version();
  void check_sink_topics();
  void check_dead_letters(const std::vector<std::string>& topics);
  void check_group_id();
  void check_exactly_once(const sdk::SourceConnector& connector);
  void ask_connector(const sdk::Connector& connector);
  void refuse_nulls();
  bool uses_client(kafka::ClientKind kind) const;
  std::optional<RequestError> check_overrides(kafka::ClientKind kind, std::string_view prefix);

  const std::string* find(std::string_view key) const { return sdk::find(properties_, key); }
  bool is_distributed() const { return worker_.group_id.has_value(); }

  const ValidationWorker& worker_;
  const RawConfig& raw_;
  const Properties properties_;
  Plugins::ConnectorPlugin plugin_;
  ValidationSheet sheet_;
};

Answer<ConfigChecks> Validation::run() {
  const std::string* class_name = find("connector.class");
  if (class_name == nullptr)
    return bad_request(fmt::format("Connector config {} contains no connector type", map_text(raw_)));
  const std::string* version = find("connector.plugin.version");
  if (const auto range = plugins::VersionRange::parse(version == nullptr ? "" : *version); !range.ok())
    return bad_request(range.error().message());
  const auto plugin = worker_.plugins.connector(*class_name);
  if (!plugin.ok()) return bad_request(plugin.error().message());
  plugin_ = *plugin;

  if (const auto wrong = wrong_version(plugin_.names(), version)) {
    define_framework(tasks::common_connector_config());
    sheet_.add_error("connector.class", *wrong);
    sheet_.add_error("connector.plugin.version", *wrong);
    return std::move(sheet_).finish(*class_name);
  }
  const bool is_source = plugin_.source != nullptr;
  define_framework(is_source ? tasks::source_connector_config() : tasks::sink_connector_config());
  PluginValidation parts{worker_.plugins, worker_.properties, raw_, properties_, sheet_};
  check_transforms(parts);
  check_predicates(parts);
  if (is_source) {
    const auto connector = plugin_.source->connector();
    check_exactly_once(*connector);
    refuse_nulls();
    ask_connector(*connector);
  } else {
    check_sink_topics();
    check_group_id();
    refuse_nulls();
    ask_connector(*plugin_.sink->connector());
  }
  for (const auto& [kind, prefix] : {std::pair{kafka::ClientKind::kProducer, "producer.override."},
                                     std::pair{kafka::ClientKind::kConsumer, "consumer.override."},
                                     std::pair{kafka::ClientKind::kAdmin, "admin.override."}}) {
    if (auto problem = check_overrides(kind, prefix)) return *std::move(problem);
  }
  for (const char* key : {"header.converter", "key.converter", "value.converter"})
    append_converter_keys(parts, key);
  return std::move(sheet_).finish(*class_name);
}

void Validation::define_framework(const sdk::ConfigDef& def) {
  for (const ConfigKey& key : def.keys()) sheet_.define(key);
  for (ConfigValue& value : def.validate(properties_)) sheet_.set(std::move(value));
  set_connector_version();
  PluginValidation parts{worker_.plugins, worker_.properties, raw_, properties_, sheet_};
  for (const std::string_view key : kConverters) check_converter_class(parts, std::string(key));
}

void Validation::set_connector_version() {
  const std::string& version = plugin_.names().version;
  sheet_.key("connector.plugin.version")->default_value = version;
  ConfigValue* value = sheet_.value("connector.plugin.version");
  if (!value->value) value->value = version;
  value->recommended_values = {version};
}

void Validation::check_sink_topics() {
  const std::string* topics = find("topics");
  const std::string* regex = find("topics.regex");
  const bool has_topics = !is_blank(topics);
  const bool has_regex = !is_blank(regex);
  if (has_topics == has_regex) {
    const std::string error =
        has_topics ? "topics and topics.regex are mutually exclusive options, but both are set."
                   : "Must configure one of topics or topics.regex";
    sheet_.add_error("topics", error);
    sheet_.add_error("topics.regex", error);
  }
  if (is_blank(find(kDlqName))) return;
  std::vector<std::string> names;
  if (has_topics) {
    const auto list = sdk::parse_config_item("topics", sdk::ConfigType::kList, *topics);
    for (const std::string& name : std::get<std::vector<std::string>>(list.value())) {
      if (!is_blank(&name)) names.push_back(name);
    }
  }
  check_dead_letters(names);
}

void Validation::check_dead_letters(const std::vector<std::string>& topics) {
  const std::string& name = *find(kDlqName);
  if (std::find(topics.begin(), topics.end(), name) != topics.end()) {
    sheet_.add_error("topics", fmt::format("The DLQ topic '{}' may not be included in the list of topics "
                                           "('topics=[{}]') consumed by the connector",
                                           name, fmt::join(topics, ", ")));
  }
  const std::string* regex = find("topics.regex");
  if (is_blank(regex)) return;
  const auto pattern = JavaRegex::compile(*regex);
  if (!pattern.ok()) return;  // told already
  const auto matches = pattern->matches(name);
  if (matches.ok() && *matches) {
    sheet_.add_error("topics.regex", fmt::format("The DLQ topic '{}' may not be matched by the regex for the "
                                                 "topics ('topics.regex={}') consumed by the connector",
                                                 name, *regex));
  }
}

/// A sink's consumers would join the group of the workers.
void Validation::check_group_id() {
  if (!is_distributed()) return;
  const auto raw = raw_.find(kGroupOverride);
  if (raw != raw_.end()) {
    ConfigValue value;
    value.name = kGroupOverride;
    value.value = raw->second;
    if (raw->second == worker_.group_id) {
      value.errors.push_back(
          fmt::format("Consumer group {0} conflicts with Connect worker group {0}", *worker_.group_id));
    }
    sheet_.set(std::move(value));
    return;
  }
  const std::string* name = find("name");
  if (name != nullptr && "connect-" + *name == *worker_.group_id) {
    sheet_.add_error("name",
                     fmt::format("Consumer group for sink connector named {} conflicts with Connect worker "
                                 "group {}",
                                 *name, *worker_.group_id));
  }
}

void Validation::check_exactly_once(const sdk::SourceConnector& connector) {
  if (!is_distributed()) return;
  const std::string* support = find("exactly.once.support");
  if (support != nullptr && equals_ignoring_case(*support, "required")) {
    if (!worker_.exactly_once_sources)
      sheet_.add_error("exactly.once.support",
                       "This worker does not have exactly-once source support enabled.");
    const auto answer = connector.exactly_once_support(properties_);
    if (answer == sdk::ExactlyOnceSupport::kUnsupported) {
      sheet_.add_error(
          "exactly.once.support",
          "The connector does not support exactly-once semantics with the provided configuration.");
    } else if (answer == sdk::ExactlyOnceSupport::kUndeclared) {
      sheet_.add_error(
          "exactly.once.support",
          "The connector does not implement the API required for preflight validation of exactly-once source "
          "support. Please consult the documentation for the connector to determine whether it supports "
          "exactly-once semantics, and then consider reconfiguring the connector to use the value "
          "\"requested\" for this property (which will disable this preflight check and allow the connector "
          "to be created).");
    }
  }
  const std::string* boundary = find("transaction.boundary");
  if (boundary != nullptr && equals_ignoring_case(*boundary, "connector") &&
      !connector.can_define_transaction_boundaries(properties_)) {
    sheet_.add_error(
        "transaction.boundary",
        "The connector does not support connector-defined transaction boundaries with the given "
        "configuration. Please reconfigure it to use a different transaction boundary definition.");
  }
}

void Validation::refuse_nulls() {
  for (const auto& [key, value] : raw_) {
    if (value) continue;
    ConfigValue refused;
    refused.name = key;
    const ConfigKey* definition = sheet_.key(key);
    if (definition != nullptr && definition->validator && definition->validator->null_reason) {
      refused.errors.push_back(fmt::format("Invalid value null for configuration {}: {}", key,
                                           *definition->validator->null_reason));
    }
    if (const ConfigValue* found = sheet_.value(key)) refused.recommended_values = found->recommended_values;
    refused.errors.emplace_back(kNullRefused);
    sheet_.set(std::move(refused));
  }
}

/// Its own keys; as in Java its word on one of the framework's replaces the framework's. A null in one of its
/// keys stays refused: Java stores it and the connector fails later.
void Validation::ask_connector(const sdk::Connector& connector) {
  for (const ConfigKey& key : connector.config().keys()) sheet_.define(key);
  for (ConfigValue& value : connector.validate(properties_)) {
    const auto raw = raw_.find(value.name);
    if (raw != raw_.end() && !raw->second) {
      value.value.reset();
      value.errors = {kNullRefused};
    }
    sheet_.set(std::move(value));
  }
}

bool Validation::uses_client(kafka::ClientKind kind) const {
  const bool is_source = plugin_.source != nullptr;
  const bool has_dead_letters = !is_source && !is_blank(find(kDlqName));
  const bool own_offsets = is_source && is_distributed() &&
                           (worker_.exactly_once_sources || find("offsets.storage.topic") != nullptr);
  switch (kind) {
    case kafka::ClientKind::kProducer:
      return is_source || has_dead_letters;
    case kafka::ClientKind::kConsumer:
      return !is_source || own_offsets;
    case kafka::ClientKind::kAdmin:
      break;
  }
  return has_dead_letters || own_offsets || (is_source && has_key_below(properties_, "topic.creation."));
}

std::optional<RequestError> Validation::check_overrides(kafka::ClientKind kind, std::string_view prefix) {
  if (!uses_client(kind)) return std::nullopt;
  const auto refused = tasks::refused_overrides(worker_.properties, properties_);
  for (auto entry = raw_.lower_bound(prefix); entry != raw_.end() && entry->first.starts_with(prefix);
       ++entry) {
    const std::string name = entry->first.substr(prefix.size());
    ConfigCheck check;
    check.value.name = entry->first;
    check.value.value = entry->second;
    check.definition = tasks::client_definition(kind, name);
    if (check.definition && entry->second) {
      const auto item = sdk::parse_config_item(name, check.definition->type, *entry->second);
      if (!item.ok()) {
        return RequestError{RequestProblem::kInternal,
                            fmt::format("Invalid value {} for configuration {}: {}", *entry->second, name,
                                        item.error().message()),
                            {},
                            kConfigException};
      }
      check.value.value =
          check.definition->type == sdk::ConfigType::kPassword ? "[hidden]" : sdk::config_item_text(*item);
    }
    if (check.definition) check.definition->name = entry->first;
    for (const auto& [key, error] : refused) {
      if (key == entry->first) check.value.errors.push_back(error);
    }
    sheet_.append(std::move(check));
  }
  return std::nullopt;
}

/// Where Java's HashMap of the default size would put the key; its maps print in that order.
uint32_t java_bucket(std::string_view text, size_t size) {
  uint32_t buckets = 16;
  while (size * 4 > size_t{buckets} * 3) buckets *= 2;
  uint32_t hash = 0;
  for (const char c : text) hash = hash * 31 + static_cast<unsigned char>(c);
  return (hash ^ (hash >> 16)) & (buckets - 1);
}

bool has_known_prefix(std::string_view name) {
  static constexpr std::string_view kPrefixes[] = {
      "transforms.",        "predicates.",        "key.converter.",  "value.converter.", "header.converter.",
      "producer.override.", "consumer.override.", "admin.override.", "topic.creation."};
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [&](std::string_view prefix) { return name.starts_with(prefix); });
}

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  if (what.empty()) return;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

/// Shows the reference instead of what a config provider gave for it.
void hide(Answer<ConfigChecks>& answer, const std::string& key, const std::string& resolved,
          const std::string& raw) {
  if (auto* error = std::get_if<RequestError>(&answer)) return replace_all(error->message, resolved, raw);
  for (ConfigCheck& check : std::get<ConfigChecks>(answer).configs) {
    if (check.value.name == key && check.value.value == resolved) check.value.value = raw;
    for (std::string& error : check.value.errors) replace_all(error, resolved, raw);
  }
}

}  // namespace

Answer<ConfigChecks> validate_connector(const ValidationWorker& worker, const RawConfig& config) {
  if (worker.transformer == nullptr) return Validation(worker, config).run();
  const auto resolved = worker.transformer->transform(without_nulls(config));
  if (!resolved.ok()) return request_error(RequestProblem::kInternal, resolved.error().message());
  RawConfig complete = config;
  for (const auto& [key, value] : *resolved) complete[key] = value;
  auto answer = Validation(worker, complete).run();
  for (const auto& [key, value] : *resolved) {
    if (value != config.at(key)) hide(answer, key, value, *config.at(key));
  }
  return answer;
}

std::optional<RequestError> refusal_of(const ConfigChecks& checks) {
  if (checks.error_count == 0) return std::nullopt;
  std::string text = fmt::format("Connector configuration is invalid and contains the following {} error(s):",
                                 checks.error_count);
  for (const ConfigCheck& check : checks.configs) {
    for (const std::string& error : check.value.errors) text.append("\n").append(error);
  }
  text +=
      "\nYou can also find the above list of errors at the endpoint "
      "`/connector-plugins/{connectorType}/config/validate`";
  return bad_request(std::move(text));
}

std::vector<std::string> unknown_keys(const Plugins& plugins, const RawConfig& config) {
  const auto class_name = config.find("connector.class");
  if (class_name == config.end() || !class_name->second) return {};
  const auto plugin = plugins.connector(*class_name->second);
  if (!plugin.ok()) return {};
  const bool is_source = plugin->source != nullptr;
  const auto& framework = is_source ? tasks::source_connector_config() : tasks::sink_connector_config();
  std::unique_ptr<sdk::Connector> connector;
  if (is_source) {
    connector = plugin->source->connector();
  } else {
    connector = plugin->sink->connector();
  }
  std::vector<std::string> unknown;
  for (std::string& name : connector->config().unknown_keys(without_nulls(config))) {
    if (framework.find(name) == nullptr && !has_known_prefix(name)) unknown.push_back(std::move(name));
  }
  return unknown;
}

Properties without_nulls(const RawConfig& config) {
  Properties properties;
  for (const auto& [key, value] : config) {
    if (value) properties.emplace(key, *value);
  }
  return properties;
}

std::string map_text(const RawConfig& config) {
  std::vector<const RawConfig::value_type*> entries;
  for (const auto& entry : config) entries.push_back(&entry);
  std::stable_sort(entries.begin(), entries.end(), [&](const auto* left, const auto* right) {
    return java_bucket(left->first, config.size()) < java_bucket(right->first, config.size());
  });
  std::string text = "{";
  for (const auto* entry : entries) {
    if (entry != entries.front()) text += ", ";
    text += entry->first + "=" + entry->second.value_or("null");
  }
  return text + "}";
}

}  // namespace sluice::cluster
