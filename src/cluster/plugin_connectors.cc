#include "cluster/plugin_connectors.h"

#include <set>
#include <utility>

#include "base/log.h"
#include "base/scheduler.h"
#include "cluster/connector_validation.h"
#include "plugins/naming.h"

namespace sluice::cluster {
namespace {

constexpr std::string_view kSuffix = "Connector";

}  // namespace

ConnectorType PluginConnectors::type_of(const std::string& class_name) const {
  const auto plugin = parts_.plugins.connector(class_name);
  if (!plugin.ok()) return ConnectorType::kUnknown;
  return plugin->source != nullptr ? ConnectorType::kSource : ConnectorType::kSink;
}

std::vector<std::string> PluginConnectors::class_names() const {
  std::set<std::string> names;
  const auto add = [&](const sdk::PluginNames& plugin) {
    for (const std::string& name : plugin.class_names) {
      names.insert(name);
      names.emplace(plugins::simple_name(name));
      names.emplace(plugins::pruned_name(name, kSuffix));
    }
  };
  for (const sdk::SourcePlugin& plugin : parts_.plugins.sources()) add(plugin);
  for (const sdk::SinkPlugin& plugin : parts_.plugins.sinks()) add(plugin);
  return {names.begin(), names.end()};
}

void PluginConnectors::validate(RawConfig config, Callback<ConfigChecks> done) {
  parts_.errands.run([this, config = std::move(config), done = std::move(done)] {
    const auto group = parts_.group_id.empty() ? std::nullopt : std::optional(parts_.group_id);
    const ValidationWorker worker{parts_.plugins, parts_.worker, group, parts_.exactly_once_sources,
                                  &parts_.transformer};
    auto checks = validate_connector(worker, config);
    for (const std::string& key : unknown_keys(parts_.plugins, config)) {
      log::warn("Unknown configuration key '{}' is ignored; is it misspelt?", key);
    }
    parts_.herder.post([done, checks = std::move(checks)] { done(checks); });
  });
}

}  // namespace sluice::cluster
