#include <fmt/format.h>

#include <algorithm>

#include "plugins/version.h"
#include "rest/resources.h"
#include "rest/shapes.h"

namespace sluice::rest {
namespace {

using plugins::ListedPlugin;
using plugins::PluginKind;
using sdk::ConfigKey;

bool is_connector(PluginKind kind) { return kind == PluginKind::kSource || kind == PluginKind::kSink; }

/// Without a trailing "Connector", unless that is all there is.
std::string_view normalized(std::string_view name) {
  constexpr std::string_view kSuffix = "Connector";
  const bool has_suffix = name.ends_with(kSuffix) && name.size() > kSuffix.size();
  return has_suffix ? name.substr(0, name.size() - kSuffix.size()) : name;
}

/// The plugin's own definitions, then those of the framework that it does not have itself.
std::vector<ConfigKey> connector_keys(const Api& api, const ListedPlugin& plugin,
                                      const sdk::Connector& connector) {
  std::vector<ConfigKey> keys = connector.config().keys();
  const sdk::ConfigDef& framework =
      plugin.kind == PluginKind::kSource ? *api.facts().source_options : *api.facts().sink_options;
  for (ConfigKey key : framework.keys()) {
    if (connector.config().find(key.name) != nullptr) continue;
    if (key.name == "connector.plugin.version") key.default_value = plugin.names->version;
    keys.push_back(std::move(key));
  }
  return keys;
}

std::vector<ConfigKey> keys_of(const Api& api, const ListedPlugin& plugin) {
  const plugins::Plugins& all = *api.facts().plugins;
  const std::string& name = plugin.names->class_names.front();
  switch (plugin.kind) {
    case PluginKind::kSource:
      return connector_keys(api, plugin, *all.connector(name)->source->connector());
    case PluginKind::kSink:
      return connector_keys(api, plugin, *all.connector(name)->sink->connector());
    case PluginKind::kTransformation:
      return all.transform(name).value()->make()->config().keys();
    case PluginKind::kPredicate:
      return all.predicate(name).value()->make()->config().keys();
    case PluginKind::kConverter:
      return all.converter(name).value()->make()->config().keys();
    case PluginKind::kHeaderConverter:
      break;
  }
  return all.header_converter(name).value()->make()->config().keys();
}

/// Java answers 500 with the cause of a failed validation, its class before the text.
cluster::RequestError as_cause(cluster::RequestError error) {
  if (error.problem == cluster::RequestProblem::kForward) return error;
  constexpr const char* kBadRequest = "org.apache.kafka.connect.runtime.rest.errors.BadRequestException";
  if (!error.java_class.empty()) error.message = error.java_class + ": " + error.message;
  if (error.problem == cluster::RequestProblem::kBadRequest)
    error.message = std::string(kBadRequest) + ": " + error.message;
  error.problem = cluster::RequestProblem::kInternal;
  return error;
}

}  // namespace

void list_plugins(Api& api, const ExchangePtr& exchange) {
  std::vector<ListedPlugin> listed = api.facts().plugins->list();
  if (query_flag(exchange->target, "connectorsOnly", true))
    std::erase_if(listed, [](const ListedPlugin& plugin) { return !is_connector(plugin.kind); });
  exchange->reply(json_reply(200, to_json(listed)));
}

void get_plugin_config(Api& api, const ExchangePtr& exchange) {
  const std::string& name = exchange->parameters[0];
  const auto found = api.facts().plugins->find_any(name);
  if (found.empty()) return exchange->reply(error_reply(404, fmt::format("Unknown plugin {}.", name)));
  const std::string wanted(exchange->target.query_value("version").value_or(""));
  const auto range = plugins::VersionRange::parse(wanted);
  if (!range.ok())
    return exchange->reply(error_reply(400, fmt::format("Invalid version specification: {}", wanted)));
  const ListedPlugin& plugin = found.front();
  if (!range->contains(plugin.names->version)) {
    const Error error =
        plugins::version_not_found(plugin.names->class_names.front(), *range, plugin.names->version);
    return exchange->reply(error_reply(400, error.message()));
  }
  exchange->reply(json_reply(200, to_json(keys_of(api, plugin))));
}

void validate_config(Api& api, const ExchangePtr& exchange) {
  auto config = read_config(exchange);
  if (!config) return;
  const std::string& plugin = exchange->parameters[0];
  const auto included = config->find("connector.class");
  if (included != config->end() && included->second &&
      !normalized(*included->second).ends_with(normalized(plugin))) {
    return exchange->reply(error_reply(
        400,
        fmt::format("Included connector type {} does not match request type {}", *included->second, plugin)));
  }
  api.set_deadline(*exchange);
  api.herder().validate(*std::move(config), [exchange](cluster::Answer<cluster::ConfigChecks> answer) {
    if (auto* error = std::get_if<cluster::RequestError>(&answer))
      return exchange->fail(as_cause(std::move(*error)));
    exchange->reply(json_reply(200, to_json(std::get<cluster::ConfigChecks>(answer))));
  });
}

}  // namespace sluice::rest
