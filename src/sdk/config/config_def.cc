#include "sdk/config/config_def.h"

#include <algorithm>
#include <set>
#include <utility>

#include "sdk/config/validate.h"

namespace sluice::sdk {
namespace {

constexpr std::string_view kHidden = "[hidden]";

/// The parsed default; the definition has been checked, so it parses.
ConfigItem default_item(const ConfigKey& key) {
  const auto* text = std::get_if<std::string>(&key.default_value);
  if (text == nullptr) return {};
  return parse_config_item(key.name, key.type, *text).value();
}

bool is_required(const ConfigKey& key) { return std::holds_alternative<NoDefault>(key.default_value); }

std::string missing_text(const ConfigKey& key) {
  return "Missing required configuration \"" + key.name + "\" which has no default value.";
}

/// Names that some key lists as dependent and that nobody defines, in order.
std::vector<std::string> undefined_dependents(const ConfigDef& def) {
  std::set<std::string> names;
  for (const ConfigKey& key : def.keys()) {
    for (const std::string& dependent : key.dependents) {
      if (def.find(dependent) == nullptr) names.insert(dependent);
    }
  }
  return {names.begin(), names.end()};
}

std::optional<std::string> shown_value(const ConfigKey& key, const ConfigItem& item) {
  if (std::holds_alternative<std::monostate>(item)) return std::nullopt;
  if (key.type == ConfigType::kPassword) return std::string(kHidden);
  return config_item_text(item);
}

/// Parses one key; problems go to `errors`. As in Java, the validator also sees the null of a value that did
/// not parse, so that a range adds "Value must be non-null".
ConfigItem parse_for_validate(const ConfigKey& key, const Properties& properties,
                              std::vector<std::string>& errors) {
  ConfigItem item;
  if (const std::string* text = find(properties, key.name); text != nullptr) {
    auto parsed = parse_config_item(key.name, key.type, *text);
    if (parsed.ok()) {
      item = std::move(parsed).value();
    } else {
      errors.push_back(invalid_value_text(key.name, *text, parsed.error().message()));
    }
  } else if (is_required(key)) {
    errors.push_back(missing_text(key));
  } else {
    item = default_item(key);
  }
  if (auto refusal = find_refusal(key, item)) errors.push_back(std::move(*refusal));
  return item;
}

void ask_recommender(const ConfigKey& key, const Properties& parsed, ConfigValue& value) {
  if (!key.recommender) return;
  if (key.recommender->valid_values)
    value.recommended_values = key.recommender->valid_values(key.name, parsed);
  if (key.recommender->visible) value.visible = key.recommender->visible(key.name, parsed);
}

[[noreturn]] void wrong_definition(std::string_view name, std::string_view problem) {
  check_failed("a correct option definition", (std::string(name) + ": " + std::string(problem)).c_str());
}

}  // namespace

std::string_view config_type_name(ConfigType type) {
  static constexpr std::string_view kNames[] = {"BOOLEAN", "STRING", "INT",   "SHORT",   "LONG",
                                                "DOUBLE",  "LIST",   "CLASS", "PASSWORD"};
  return kNames[static_cast<size_t>(type)];
}

std::string_view importance_name(Importance importance) {
  static constexpr std::string_view kNames[] = {"HIGH", "MEDIUM", "LOW"};
  return kNames[static_cast<size_t>(importance)];
}

std::string_view width_name(Width width) {
  static constexpr std::string_view kNames[] = {"NONE", "SHORT", "MEDIUM", "LONG"};
  return kNames[static_cast<size_t>(width)];
}

ConfigDef& ConfigDef::define(ConfigKey key) {
  if (find(key.name) != nullptr) wrong_definition(key.name, "is defined twice");
  if (key.display_name.empty()) key.display_name = key.name;
  if (const auto* text = std::get_if<std::string>(&key.default_value)) {
    auto parsed = parse_config_item(key.name, key.type, *text);
    if (!parsed.ok()) wrong_definition(key.name, "default: " + parsed.error().message());
  }
  if (!is_required(key)) {
    if (auto refusal = find_refusal(key, default_item(key)))
      wrong_definition(key.name, "default: " + *refusal);
  }
  index_.emplace(key.name, keys_.size());
  keys_.push_back(std::move(key));
  return *this;
}

ConfigDef& ConfigDef::define_all(const ConfigDef& other) {
  for (const ConfigKey& key : other.keys_) define(key);
  return *this;
}

const ConfigKey* ConfigDef::find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &keys_[found->second];
}

Result<Config> ConfigDef::parse(const Properties& properties) const {
  if (const auto undefined = undefined_dependents(*this); !undefined.empty()) {
    return bad_config("Some configurations in are referred in the dependents, but not defined: " +
                      config_item_text(undefined));
  }
  Config config;
  for (const ConfigKey& key : keys_) {
    std::vector<std::string> errors;
    ConfigItem item = parse_for_validate(key, properties, errors);
    if (!errors.empty()) return bad_config(std::move(errors.front()));
    config.items_.emplace(key.name, std::move(item));
  }
  config.originals_ = properties;
  return config;
}

std::vector<ConfigValue> ConfigDef::validate(const Properties& properties) const {
  std::vector<ConfigValue> values;
  values.reserve(keys_.size());
  Properties parsed;
  for (const ConfigKey& key : keys_) {
    ConfigValue& value = values.emplace_back();
    value.name = key.name;
    const ConfigItem item = parse_for_validate(key, properties, value.errors);
    value.value = shown_value(key, item);
    if (value.value) parsed.emplace(key.name, config_item_text(item));
  }
  for (size_t i = 0; i < keys_.size(); ++i) ask_recommender(keys_[i], parsed, values[i]);
  for (const std::string& name : undefined_dependents(*this)) {
    ConfigValue& value = values.emplace_back();
    value.name = name;
    value.errors.push_back(name + " is referred in the dependents, but not defined.");
    value.visible = false;
  }
  return values;
}

ConfigDef& ConfigDef::honour(std::vector<std::string> keys) {
  honoured_.insert(honoured_.end(), std::make_move_iterator(keys.begin()),
                   std::make_move_iterator(keys.end()));
  return *this;
}

std::vector<std::string> ConfigDef::unknown_keys(const Properties& properties) const {
  std::vector<std::string> unknown;
  for (const auto& [key, value] : properties) {
    const bool honoured = std::any_of(honoured_.begin(), honoured_.end(), [&key = key](const auto& one) {
      return one.ends_with('.') ? key.starts_with(one) : key == one;
    });
    if (find(key) == nullptr && !honoured) unknown.push_back(key);
  }
  return unknown;
}

}  // namespace sluice::sdk
