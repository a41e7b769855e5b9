#include "plugins/plugins.h"

#include <fmt/format.h>

#include "plugins/naming.h"

namespace sluice::plugins {
namespace {

/// Plugins of one kind that answer to `name`: an exact class name wins over any alias.
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
  return found;
}

template <typename Plugin>
void append_names(const std::deque<Plugin>& plugins, std::vector<std::string_view>& names) {
  for (const Plugin& plugin : plugins)
    names.insert(names.end(), plugin.class_names.begin(), plugin.class_names.end());
}

Error not_found(std::string_view what, std::string_view name, const std::vector<std::string_view>& names) {
  const std::string_view nearest = nearest_name(name, names);
  return bad_config(fmt::format(
      "Failed to find any class that implements {} and which name matches {}{}; available are: {}", what,
      name, nearest.empty() ? "" : fmt::format(" (did you mean {}?)", nearest), fmt::join(names, ", ")));
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

Result<Plugins::ConnectorPlugin> Plugins::connector(std::string_view name) const {
  const auto sources = matches(sources_, "Connector", name);
  const auto sinks = matches(sinks_, "Connector", name);
  if (sources.size() + sinks.size() > 1) return ambiguous("Connector", name);
  if (sources.size() == 1) return ConnectorPlugin{.source = sources.front(), .sink = nullptr};
  if (sinks.size() == 1) return ConnectorPlugin{.source = nullptr, .sink = sinks.front()};
  std::vector<std::string_view> names;
  append_names(sources_, names);
  append_names(sinks_, names);
  return not_found("Connector", name, names);
}

Result<const sdk::ConverterPlugin*> Plugins::converter(std::string_view name) const {
  return find_one(converters_, "Converter", name);
}

Result<const sdk::HeaderConverterPlugin*> Plugins::header_converter(std::string_view name) const {
  return find_one(header_converters_, "HeaderConverter", name);
}

Result<const sdk::TransformPlugin*> Plugins::transform(std::string_view name) const {
  return find_one(transforms_, "Transformation", name);
}

Result<const sdk::PredicatePlugin*> Plugins::predicate(std::string_view name) const {
  return find_one(predicates_, "Predicate", name);
}

}  // namespace sluice::plugins
