#include "cluster/plugin_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "plugins/version.h"

namespace sluice::cluster {
namespace {

using plugins::ListedPlugin;
using plugins::PluginKind;
using sdk::ConfigKey;
using sdk::ConfigType;
using sdk::ConfigValue;
using sdk::Importance;
using sdk::NoDefault;
using sdk::Properties;
using sdk::Width;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

/// The plugin of that name; of `wanted` kind if there is one, as some serve as two.
std::optional<ListedPlugin> find_plugin(const plugins::Plugins& plugins, std::string_view name,
                                        PluginKind wanted) {
  const auto found = plugins.find_any(trimmed(name));
  for (const ListedPlugin& plugin : found) {
    if (plugin.kind == wanted) return plugin;
  }
  return found.empty() ? std::nullopt : std::optional(found.front());
}

std::vector<std::string> class_names(const plugins::Plugins& plugins, PluginKind kind) {
  std::vector<std::string> names;
  for (const ListedPlugin& plugin : plugins.list(kind)) names.push_back(plugin.names->class_names.front());
  return names;
}

std::string unknown_class(std::string_view key, std::string_view class_name) {
  return fmt::format("Invalid value {0} for configuration {1}: Class {0} could not be found.", class_name,
                     key);
}

/// "…Cast$Key" and "…Cast$Value" of "…Cast", which is a class too, but none to be made.
std::vector<std::string> parts_of_class(const plugins::Plugins& plugins, PluginKind kind,
                                        std::string_view class_name) {
  const std::string prefix = std::string(class_name) + "$";
  std::vector<std::string> names = class_names(plugins, kind);
  std::erase_if(names, [&](const std::string& name) { return !name.starts_with(prefix); });
  return names;
}

std::string wrong_kind(const ListedPlugin& plugin, std::string_view interface) {
  return fmt::format("Class class {} does not implement the {} interface", plugin.names->class_names.front(),
                     interface);
}

ConfigValue value_of(std::string name, std::optional<std::string> text) {
  ConfigValue value;
  value.name = std::move(name);
  value.value = std::move(text);
  return value;
}

struct ConverterKind {
  PluginKind kind;
  const char* interface;
};

ConverterKind converter_kind(std::string_view key) {
  if (key == "header.converter") return {PluginKind::kHeaderConverter, "HeaderConverter"};
  return {PluginKind::kConverter, "Converter"};
}

/// Fills the `….plugin.version` key beside a class key.
void set_version(ValidationSheet& sheet, const std::string& key, const ListedPlugin* plugin,
                 const std::string* wanted) {
  ConfigKey* definition = sheet.key(key);
  ConfigValue value = value_of(key, wanted == nullptr ? std::nullopt : std::optional(*wanted));
  if (plugin != nullptr) {
    if (definition != nullptr) definition->default_value = plugin->names->version;
    if (wanted == nullptr) value.value = plugin->names->version;
    value.recommended_values = {plugin->names->version};
  }
  sheet.set(std::move(value));
}

}  // namespace

std::optional<std::string> wrong_version(const sdk::PluginNames& plugin, const std::string* wanted) {
  if (wanted == nullptr) return std::nullopt;
  const auto range = plugins::VersionRange::parse(*wanted);
  if (!range.ok()) return range.error().message();
  if (range->contains(plugin.version)) return std::nullopt;
  return plugins::version_not_found(plugin.class_names.front(), *range, plugin.version).message();
}

void check_converter_class(PluginValidation& validation, const std::string& key) {
  const auto [kind, interface] = converter_kind(key);
  const std::string* own = sdk::find(validation.properties, key);
  const std::string* inherited = sdk::find(validation.worker, key);
  ConfigKey* definition = validation.sheet.key(key);
  if (inherited != nullptr) {
    const auto worker_plugin = find_plugin(validation.plugins, *inherited, kind);
    definition->default_value = worker_plugin ? worker_plugin->names->class_names.front() : *inherited;
  } else if (key == "header.converter") {
    definition->default_value = "org.apache.kafka.connect.storage.SimpleHeaderConverter";
  }

  ConfigValue value = value_of(key, std::nullopt);
  value.recommended_values = class_names(validation.plugins, kind);
  const auto* fallback = std::get_if<std::string>(&definition->default_value);
  const std::string* name = own != nullptr ? own : fallback;
  const bool is_null = validation.raw.contains(key) && own == nullptr;
  const auto plugin =
      name == nullptr || is_null ? std::nullopt : find_plugin(validation.plugins, *name, kind);
  if (plugin) value.value = plugin->names->class_names.front();
  const std::string version_key = key + ".plugin.version";
  const std::string* wanted = sdk::find(validation.properties, version_key);
  const bool is_right = plugin && plugin->kind == kind;
  set_version(validation.sheet, version_key, is_right ? &*plugin : nullptr, wanted);
  if (own != nullptr) {
    if (!plugin) {
      value.errors.push_back(unknown_class(key, trimmed(*own)));
      validation.sheet.value(version_key)->visible = false;
    } else if (!is_right) {
      value.errors.push_back(wrong_kind(*plugin, interface));
    } else if (auto wrong = wrong_version(*plugin->names, wanted)) {
      // As in Java a range that cannot be read is the version's own mistake.
      if (plugins::VersionRange::parse(*wanted).ok()) value.errors.push_back(*wrong);
      validation.sheet.add_error(version_key, *std::move(wrong));
    } else if (trimmed(*own) != *own) {
      value.errors.push_back(fmt::format("Failed to load class {0}: {0}", *own));
    }
  }
  validation.sheet.set(std::move(value));
}

void append_converter_keys(PluginValidation& validation, const std::string& key) {
  const std::string* class_name = sdk::find(validation.properties, key);
  if (class_name == nullptr || validation.sheet.has_errors(key) ||
      validation.sheet.has_errors(key + ".plugin.version")) {
    return;
  }
  const bool is_header = key == "header.converter";
  const sdk::ConfigDef* def = nullptr;
  std::unique_ptr<sdk::Converter> converter;
  std::unique_ptr<sdk::HeaderConverter> header_converter;
  if (is_header) {
    header_converter = validation.plugins.header_converter(*class_name).value()->make();
    def = &header_converter->config();
  } else {
    converter = validation.plugins.converter(*class_name).value()->make();
    def = &converter->config();
  }
  const std::string prefix = key + ".";
  Properties properties = sdk::with_prefix(validation.properties, prefix);
  properties.try_emplace("converter.type", key.substr(0, key.find('.')));
  for (ConfigValue& value : def->validate(properties)) {
    std::optional<ConfigKey> definition;
    if (const ConfigKey* found = def->find(value.name)) definition = *found;
    value.name.insert(0, prefix);
    if (definition) definition->name = value.name;
    const auto raw = validation.raw.find(value.name);
    if (raw != validation.raw.end() && !raw->second) value.value.reset();
    validation.sheet.append({std::move(definition), std::move(value)});
  }
}

namespace {

/// What transforms and predicates differ in.
struct ChainKind {
  PluginKind kind;
  const char* aliases;    // "transforms"
  const char* group;      // "Transforms: "
  const char* interface;  // "Transformation"
  const char* noun;       // "transformation"
};

constexpr ChainKind kTransforms{PluginKind::kTransformation, "transforms", "Transforms: ", "Transformation",
                                "transformation"};
constexpr ChainKind kPredicates{PluginKind::kPredicate, "predicates", "Predicates: ", "Predicate",
                                "predicate"};

/// Where a key of an alias stands.
struct Alias {
  const ChainKind& chain;
  std::string name;
  std::string prefix;
  std::string group;
};

/// ConfigDef.sortedConfigs: groups in order of definition (none first), their order, then what has no
/// default, importance, name.
std::vector<ConfigKey> sorted_keys(const sdk::ConfigDef& def) {
  std::vector<std::string> groups{""};
  for (const ConfigKey& key : def.keys()) {
    if (std::find(groups.begin(), groups.end(), key.group) == groups.end()) groups.push_back(key.group);
  }
  std::vector<ConfigKey> keys = def.keys();
  const auto rank = [&](const ConfigKey& key) {
    return std::tuple(std::find(groups.begin(), groups.end(), key.group) - groups.begin(), key.order,
                      std::holds_alternative<NoDefault>(key.default_value) ? 0 : 1,
                      static_cast<int>(key.importance), std::string_view(key.name));
  };
  std::sort(keys.begin(), keys.end(),
            [&](const ConfigKey& left, const ConfigKey& right) { return rank(left) < rank(right); });
  return keys;
}

/// The plugin's own definition with what the framework adds to every transformation.
sdk::ConfigDef with_implicit_keys(const sdk::ConfigDef& own, bool is_transform) {
  sdk::ConfigDef def;
  if (is_transform) {
    ConfigKey predicate;
    predicate.name = "predicate";
    predicate.default_value = nullptr;
    predicate.doc = "Alias of the predicate that decides whether this transformation is applied.";
    def.define(predicate);
    ConfigKey negate;
    negate.name = "negate";
    negate.type = ConfigType::kBoolean;
    negate.default_value = "false";
    negate.doc = "Whether that predicate is negated.";
    def.define(negate);
  }
  for (const ConfigKey& key : own.keys()) {
    if (def.find(key.name) == nullptr) def.define(key);
  }
  return def;
}

/// Java's parser knows the whole name of such a key, its validators only the plugin's own.
std::string with_whole_name(const std::string& error, const std::string& name, const std::string& prefix) {
  if (error.starts_with("Missing required configuration \"" + name))
    return "Missing required configuration \"" + prefix +
           error.substr(std::string_view("Missing required configuration \"").size());
  const std::string middle = " for configuration " + name + ": ";
  const size_t at = error.find(middle);
  if (at == std::string::npos) return error;
  const std::string_view reason = std::string_view(error).substr(at + middle.size());
  const bool is_parsing = reason.starts_with("Not a number of type ") ||
                          reason.starts_with("Expected value to be either true or false");
  if (!is_parsing) return error;
  return error.substr(0, at) + " for configuration " + prefix + name + ": " + std::string(reason);
}

void define_plugin_keys(PluginValidation& validation, const Alias& alias, const sdk::ConfigDef& own) {
  const sdk::ConfigDef def = with_implicit_keys(own, alias.chain.kind == PluginKind::kTransformation);
  int order = 2;
  for (ConfigKey& key : sorted_keys(def)) {
    key.name.insert(0, alias.prefix);
    key.group = key.group.empty() ? alias.group : alias.group + ": " + key.group;
    key.order = order++;
    for (std::string& dependent : key.dependents) dependent.insert(0, alias.prefix);
    validation.sheet.define(std::move(key));
  }
  for (ConfigValue& value : def.validate(sdk::with_prefix(validation.properties, alias.prefix))) {
    for (std::string& error : value.errors) error = with_whole_name(error, value.name, alias.prefix);
    value.name.insert(0, alias.prefix);
    validation.sheet.set(std::move(value));
  }
}

ConfigKey alias_key(const Alias& alias, const char* name, int order, std::string display_name,
                    std::string doc) {
  ConfigKey key;
  key.name = alias.prefix + name;
  key.importance = Importance::kHigh;
  key.group = alias.group;
  key.order = order;
  key.width = Width::kLong;
  key.display_name = std::move(display_name);
  key.doc = std::move(doc);
  return key;
}

/// The error of a `type` key, if any: as in Java the first one only.
std::optional<std::string> type_error(const PluginValidation& validation, const Alias& alias,
                                      const std::optional<ListedPlugin>& plugin) {
  const std::string type_key = alias.prefix + "type";
  const std::string* type = sdk::find(validation.properties, type_key);
  if (type == nullptr) {
    if (validation.raw.contains(type_key)) return std::nullopt;  // null: told by the caller
    return "Missing required configuration \"" + type_key + "\" which has no default value.";
  }
  if (!plugin) {
    const auto parts = parts_of_class(validation.plugins, alias.chain.kind, trimmed(*type));
    if (parts.empty()) return unknown_class(type_key, trimmed(*type));
    return fmt::format("This class is abstract and cannot be created. Did you mean {}?",
                       fmt::join(parts, ", "));
  }
  if (alias.chain.kind == PluginKind::kTransformation && validation.raw.contains(alias.prefix + "negate") &&
      !validation.raw.contains(alias.prefix + "predicate")) {
    return fmt::format(
        "Config '{0}negate' was provided but there is no config '{0}predicate' defining a predicate to be "
        "negated.",
        alias.prefix);
  }
  if (plugin->kind != alias.chain.kind) return wrong_kind(*plugin, alias.chain.interface);
  return std::nullopt;
}

void check_alias(PluginValidation& validation, const Alias& alias) {
  const std::string type_key = alias.prefix + "type";
  const std::string version_key = alias.prefix + "plugin.version";
  ConfigKey type_definition =
      alias_key(alias, "type", 0, fmt::format("{} type for {}", alias.chain.interface, alias.name),
                fmt::format("Class of the {} '{}'.", alias.chain.noun, alias.name));
  type_definition.type = ConfigType::kClass;
  validation.sheet.define(std::move(type_definition));
  ConfigKey version_definition = alias_key(
      alias, "plugin.version", 1, fmt::format("{} version for {}", alias.chain.interface, alias.name),
      fmt::format("Version of the {} '{}'.", alias.chain.noun, alias.name));
  version_definition.default_value = nullptr;
  validation.sheet.define(std::move(version_definition));

  const std::string* type = sdk::find(validation.properties, type_key);
  const auto plugin =
      type == nullptr ? std::nullopt : find_plugin(validation.plugins, *type, alias.chain.kind);
  const bool is_right = plugin && plugin->kind == alias.chain.kind;
  const std::string* wanted = sdk::find(validation.properties, version_key);
  set_version(validation.sheet, version_key, is_right ? &*plugin : nullptr, wanted);
  ConfigValue value = value_of(type_key, std::nullopt);
  if (plugin) {
    value.value = plugin->names->class_names.front();
  } else if (type != nullptr &&
             !parts_of_class(validation.plugins, alias.chain.kind, trimmed(*type)).empty()) {
    value.value = trimmed(*type);
  }
  value.recommended_values = class_names(validation.plugins, alias.chain.kind);
  if (auto error = type_error(validation, alias, plugin)) value.errors.push_back(*std::move(error));
  auto version_error = is_right ? wrong_version(*plugin->names, wanted) : std::nullopt;
  if (version_error) {
    if (value.errors.empty()) value.errors.push_back(*version_error);
    validation.sheet.add_error(version_key, *version_error);
  }
  validation.sheet.set(std::move(value));
  if (!is_right || version_error) return;
  if (alias.chain.kind == PluginKind::kTransformation) {
    const auto transform = validation.plugins.transform(trimmed(*type)).value()->make();
    define_plugin_keys(validation, alias, transform->config());
  } else {
    const auto predicate = validation.plugins.predicate(trimmed(*type)).value()->make();
    define_plugin_keys(validation, alias, predicate->config());
  }
}

void check_chain(PluginValidation& validation, const ChainKind& chain) {
  const std::string* text = sdk::find(validation.properties, chain.aliases);
  if (text == nullptr) return;
  const auto parsed = sdk::parse_config_item(chain.aliases, ConfigType::kList, *text);
  std::vector<std::string> seen;
  for (const std::string& name : std::get<std::vector<std::string>>(parsed.value())) {
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
    seen.push_back(name);
    check_alias(validation,
                {chain, name, fmt::format("{}.{}.", chain.aliases, name), std::string(chain.group) + name});
  }
}

}  // namespace

void check_transforms(PluginValidation& validation) { check_chain(validation, kTransforms); }
void check_predicates(PluginValidation& validation) { check_chain(validation, kPredicates); }

}  // namespace sluice::cluster
