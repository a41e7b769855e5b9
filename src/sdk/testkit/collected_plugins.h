#pragma once
// A catalogue for tests: takes what a plugin folder registers and finds it by any of its names.

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "sdk/plugin_catalogue.h"

namespace sluice::sdk::testkit {

class CollectedPlugins final : public PluginCatalogue {
 public:
  void add(SourcePlugin plugin) override { sources_.push_back(std::move(plugin)); }
  void add(SinkPlugin plugin) override { sinks_.push_back(std::move(plugin)); }
  void add(ConverterPlugin) override {}
  void add(HeaderConverterPlugin) override {}
  void add(TransformPlugin plugin) override { transforms_.push_back(std::move(plugin)); }
  void add(PredicatePlugin plugin) override { predicates_.push_back(std::move(plugin)); }
  void add(ConfigProviderPlugin) override {}

  /// Ends the process if there is none.
  const SourcePlugin& source(std::string_view class_name) const { return find(sources_, class_name); }
  const SinkPlugin& sink(std::string_view class_name) const { return find(sinks_, class_name); }
  const TransformPlugin& transform(std::string_view class_name) const {
    return find(transforms_, class_name);
  }
  const PredicatePlugin& predicate(std::string_view class_name) const {
    return find(predicates_, class_name);
  }

 private:
  template <typename Plugin>
  static const Plugin& find(const std::vector<Plugin>& plugins, std::string_view class_name) {
    const auto found = std::find_if(plugins.begin(), plugins.end(), [&](const Plugin& plugin) {
      const auto& names = plugin.class_names;
      return std::find(names.begin(), names.end(), class_name) != names.end();
    });
    SLUICE_CHECK(found != plugins.end(), "the folder registers no such plugin");
    return *found;
  }
  std::vector<SourcePlugin> sources_;
  std::vector<SinkPlugin> sinks_;
  std::vector<TransformPlugin> transforms_;
  std::vector<PredicatePlugin> predicates_;
};

}  // namespace sluice::sdk::testkit
