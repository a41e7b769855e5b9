#pragma once
// The catalogue of connector classes over the plugins of this process.

#include "base/scheduler.h"
#include "cluster/connector_catalogue.h"
#include "cluster/errands.h"
#include "plugins/plugins.h"
#include "tasks/config_transformer.h"

namespace sluice::cluster {

class PluginConnectors final : public ConnectorCatalogue {
 public:
  struct Parts {
    const plugins::Plugins& plugins;
    const sdk::Properties& worker;  // its configuration
    std::string group_id;           // empty: a standalone worker
    bool exactly_once_sources = false;
    const tasks::ConfigTransformer& transformer;
    Errands& errands;
    Scheduler& herder;
  };
  /// All outlive it.
  explicit PluginConnectors(Parts parts) : parts_(std::move(parts)) {}

  ConnectorType type_of(const std::string& class_name) const override;
  std::vector<std::string> class_names() const override;
  void validate(RawConfig config, Callback<ConfigChecks> done) override;

 private:
  const Parts parts_;
};

}  // namespace sluice::cluster
