#pragma once
// All plugins of this worker, by class name and alias (docs of KIP-26 and Kafka Connect's plugin discovery).
// Filled once at start, then only read, from any thread; plugins found here live as long as it.
//
// A name may be the full Java class name, the simple class name, or the simple name without its role suffix
// ("JdbcSource" for "JdbcSourceConnector"). An alias that fits several plugins is no alias.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sdk/plugin_catalogue.h"

namespace sluice::plugins {

enum class PluginKind : uint8_t { kSink, kSource, kTransformation, kPredicate, kConverter, kHeaderConverter };
/// As REST shows it, e.g. "header_converter".
std::string_view plugin_kind_name(PluginKind kind);

struct ListedPlugin {
  PluginKind kind;
  const sdk::PluginNames* names;
};

class Plugins final : public sdk::PluginCatalogue {
 public:
  void add(sdk::SourcePlugin plugin) override { sources_.push_back(std::move(plugin)); }
  void add(sdk::SinkPlugin plugin) override { sinks_.push_back(std::move(plugin)); }
  void add(sdk::ConverterPlugin plugin) override { converters_.push_back(std::move(plugin)); }
  void add(sdk::HeaderConverterPlugin plugin) override { header_converters_.push_back(std::move(plugin)); }
  void add(sdk::TransformPlugin plugin) override { transforms_.push_back(std::move(plugin)); }
  void add(sdk::PredicatePlugin plugin) override { predicates_.push_back(std::move(plugin)); }
  void add(sdk::ConfigProviderPlugin plugin) override { config_providers_.push_back(std::move(plugin)); }
  void add(const sdk::AbsentConnector& connector) override { absent_.push_back(connector); }

  // Look-ups: error kind kBadConfig names the class, what there is, and the nearest name.

  /// Exactly one of the two pointers is set.
  struct ConnectorPlugin {
    const sdk::SourcePlugin* source = nullptr;
    const sdk::SinkPlugin* sink = nullptr;
    const sdk::PluginNames& names() const {
      return source != nullptr ? static_cast<const sdk::PluginNames&>(*source) : *sink;
    }
    const std::string& task_class() const {
      return source != nullptr ? source->task_class : sink->task_class;
    }
  };
  Result<ConnectorPlugin> connector(std::string_view name) const;
  Result<const sdk::ConverterPlugin*> converter(std::string_view name) const;
  Result<const sdk::HeaderConverterPlugin*> header_converter(std::string_view name) const;
  Result<const sdk::TransformPlugin*> transform(std::string_view name) const;
  Result<const sdk::PredicatePlugin*> predicate(std::string_view name) const;
  /// Not listed below: Kafka Connect shows them nowhere.
  Result<const sdk::ConfigProviderPlugin*> config_provider(std::string_view name) const;

  const std::deque<sdk::SourcePlugin>& sources() const { return sources_; }
  const std::deque<sdk::SinkPlugin>& sinks() const { return sinks_; }
  const std::deque<sdk::ConverterPlugin>& converters() const { return converters_; }
  const std::deque<sdk::HeaderConverterPlugin>& header_converters() const { return header_converters_; }
  const std::deque<sdk::TransformPlugin>& transforms() const { return transforms_; }
  const std::deque<sdk::PredicatePlugin>& predicates() const { return predicates_; }

  /// In Kafka Connect's order: by kind (enum below), then by class name. A plugin with several names appears
  /// under its first.
  std::vector<ListedPlugin> list() const;
  std::vector<ListedPlugin> list(PluginKind kind) const;
  /// The plugin of whatever kind that has this class name or alias; none, or one per kind that fits.
  std::vector<ListedPlugin> find_any(std::string_view name) const;

 private:
  /// Calls `visit(plugins of that kind, the suffix that aliases may leave out)`.
  template <typename Visit>
  void visit(PluginKind kind, const Visit& visit) const;

  std::string_view header_converter_class(std::string_view name) const;

  std::vector<sdk::AbsentConnector> absent_;
  std::deque<sdk::SourcePlugin> sources_;
  std::deque<sdk::SinkPlugin> sinks_;
  std::deque<sdk::ConverterPlugin> converters_;
  std::deque<sdk::HeaderConverterPlugin> header_converters_;
  std::deque<sdk::TransformPlugin> transforms_;
  std::deque<sdk::PredicatePlugin> predicates_;
  std::deque<sdk::ConfigProviderPlugin> config_providers_;
};

}  // namespace sluice::plugins
