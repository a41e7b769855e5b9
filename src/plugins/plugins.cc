#include "plugins/plugins.h"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/naming.h"

namespace sluice::plugins {
namespace {

constexpr PluginKind kKinds[] = {PluginKind::kSink,           PluginKind::kSource,
                                 PluginKind::kTransformation, PluginKind::kPredicate,
                                 PluginKind::kConverter,      PluginKind::kHeaderConverter};

bool is_kafkas(const sdk::PluginNames& plugin) {
  return plugin.class_names.front().starts_with("org.apache.kafka.");
}

/// Plugins of one kind that answer to `name`: an exact class name wins over any alias. An alias of one of
/// Kafka's own is its, whoever else has it, for a Java worker without further plugins knows it so.
template <typename Plugin>
std::vector<const Plugin*> matches(const std::deque<Plugin>& plugins, std::string_view suffix,
                                   std::string_view name) {
  std::vector<const Plugin*> found;
  for (const Plugin& plugin : plugins) {
    bool is_alias = false;
    for (const std::string& class_name : plugin.class_names) {
      if (class_name == name) return {&plugin};
      is_alias = is_alias || answers_to(class_name, suffix, name);
    }
    if (is_alias) found.push_back(&plugin);
  }
  const auto own =
      std::find_if(found.begin(), found.end(), [](const Plugin* plugin) { return is_kafkas(*plugin); });
  if (found.size() > 1 && own != found.end()) return {*own};
  return found;
}

template <typename Plugin>
void append_names(const std::deque<Plugin>& plugins, std::vector<std::string_view>& names) {
  for (const Plugin& plugin : plugins)
    names.insert(names.end(), plugin.class_names.begin(), plugin.class_names.end());
}

std::string hint(std::string_view name, const std::vector<std::string_view>& names) {
  const std::string_view nearest = nearest_name(name, names);
  return nearest.empty() ? "" : fmt::format(" (did you mean {}?)", nearest);
}

Error not_found(std::string_view what, std::string_view name, const std::vector<std::string_view>& names) {
  return bad_config(fmt::format(
      "Failed to find any class that implements {} and which name matches {}; available are: {}{}", what,
      name, fmt::join(names, ", "), hint(name, names)));
}

/// Java's text, so that what reads it goes on working; its list shows more than names.
Error connector_not_found(std::string_view name, const std::vector<ListedPlugin>& connectors) {
  std::vector<std::string> described;
  std::vector<std::string_view> names;
  for (const ListedPlugin& plugin : connectors) {
    const std::string& class_name = plugin.names->class_names.front();
    described.push_back(
        fmt::format("PluginDesc{{klass=class {0}, name='{0}', version='{1}', encodedVersion={1}, type={2}, "
                    "typeName='{2}', location='classpath'}}",
                    class_name, plugin.names->version, plugin_kind_name(plugin.kind)));
    names.insert(names.end(), plugin.names->class_names.begin(), plugin.names->class_names.end());
  }
  return bad_config(fmt::format(
      "Failed to find any class that implements Connector and which name matches {}, available connectors "
      "are: {}{}",
      name, fmt::join(described, ", "), hint(name, names)));
}

Error ambiguous(std::string_view what, std::string_view name) {
  return bad_config(
      fmt::format("More than one {} matches alias {}; please use the full class name", what, name));
}

template <typename Plugin>
Result<const Plugin*> find_one(const std::deque<Plugin>& plugins, std::string_view what,
                               std::string_view name) {
  const auto found = matches(plugins, what, name);
  if (found.size() == 1) return found.front();
  if (found.size() > 1) return ambiguous(what, name);
  std::vector<std::string_view> names;
  append_names(plugins, names);
  return not_found(what, name, names);
}

}  // namespace

std::string_view plugin_kind_name(PluginKind kind) {
  static constexpr std::string_view kNames[] = {"sink",      "source",    "transformation",
                                                "predicate", "converter", "header_converter"};
  return kNames[static_cast<size_t>(kind)];
}

template <typename Visit>
void Plugins::visit(PluginKind kind, const Visit& visit) const {
  switch (kind) {
    case PluginKind::kSink:
      return visit(sinks_, "Connector");
    case PluginKind::kSource:
      return visit(sources_, "Connector");
    case PluginKind::kTransformation:
      return visit(transforms_, "Transformation");
    case PluginKind::kPredicate:
      return visit(predicates_, "Predicate");
    case PluginKind::kConverter:
      return visit(converters_, "Converter");
    case PluginKind::kHeaderConverter:
      return visit(header_converters_, "HeaderConverter");
  }
}

std::vector<ListedPlugin> Plugins::list(PluginKind kind) const {
  std::vector<ListedPlugin> listed;
  visit(kind, [&](const auto& plugins, std::string_view) {
    for (const sdk::PluginNames& plugin : plugins) listed.push_back({kind, &plugin});
  });
  std::sort(listed.begin(), listed.end(), [](const ListedPlugin& left, const ListedPlugin& right) {
    return left.names->class_names.front() < right.names->class_names.front();
  });
  return listed;
}

std::vector<ListedPlugin> Plugins::list() const {
  std::vector<ListedPlugin> all;
  for (const PluginKind kind : kKinds) {
    const auto listed = list(kind);
    all.insert(all.end(), listed.begin(), listed.end());
  }
  return all;
}

std::vector<ListedPlugin> Plugins::find_any(std::string_view name) const {
  std::vector<ListedPlugin> found;
  for (const PluginKind kind : kKinds) {
    visit(kind, [&](const auto& plugins, std::string_view suffix) {
      const bool is_header = kind == PluginKind::kHeaderConverter;
      const auto fitting = matches(plugins, suffix, is_header ? header_converter_class(name) : name);
      if (fitting.size() == 1) found.push_back({kind, fitting.front()});
    });
  }
  return found;
}

Result<Plugins::ConnectorPlugin> Plugins::connector(std::string_view name) const {
  const auto sources = matches(sources_, "Connector", name);
  const auto sinks = matches(sinks_, "Connector", name);
  if (sources.size() + sinks.size() > 1) return ambiguous("Connector", name);
  if (sources.size() == 1) return ConnectorPlugin{.source = sources.front(), .sink = nullptr};
  if (sinks.size() == 1) return ConnectorPlugin{.source = nullptr, .sink = sinks.front()};
  for (const sdk::AbsentConnector& absent : absent_) {
    if (answers_to(absent.class_name, "Connector", name))
      return bad_config(fmt::format("{} is not part of Sluice. {}", absent.class_name, absent.instead));
  }
  std::vector<ListedPlugin> all = list(PluginKind::kSink);
  const auto more = list(PluginKind::kSource);
  all.insert(all.end(), more.begin(), more.end());
  return connector_not_found(name, all);
}

Result<const sdk::ConverterPlugin*> Plugins::converter(std::string_view name) const {
  return find_one(converters_, "Converter", name);
}

Result<const sdk::HeaderConverterPlugin*> Plugins::header_converter(std::string_view name) const {
  return find_one(header_converters_, "HeaderConverter", header_converter_class(name));
}

/// An alias of a converter serves for the header converter of the same class, too ("Json").
std::string_view Plugins::header_converter_class(std::string_view name) const {
  if (!matches(header_converters_, "HeaderConverter", name).empty()) return name;
  const auto found = matches(converters_, "Converter", name);
  return found.size() == 1 ? std::string_view(found.front()->class_names.front()) : name;
}

Result<const sdk::TransformPlugin*> Plugins::transform(std::string_view name) const {
  return find_one(transforms_, "Transformation", name);
}

Result<const sdk::PredicatePlugin*> Plugins::predicate(std::string_view name) const {
  return find_one(predicates_, "Predicate", name);
}

Result<const sdk::ConfigProviderPlugin*> Plugins::config_provider(std::string_view name) const {
  return find_one(config_providers_, "ConfigProvider", name);
}

}  // namespace sluice::plugins
