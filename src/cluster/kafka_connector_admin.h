#pragma once
// Offsets, fencing and dead letters of connectors, done with admin clients and the offset store
// (Worker.modifyConnectorOffsets and connectorOffsets of 4.1). Everything that blocks happens on errand
// threads.

#include <memory>
#include <string>
#include <vector>

#include "base/scheduler.h"
#include "cluster/connector_admin.h"
#include "cluster/errands.h"
#include "plugins/plugins.h"
#include "store/offset_store.h"
#include "tasks/config_transformer.h"
#include "tasks/connector_offsets.h"

namespace sluice::cluster {

class KafkaConnectorAdmin final : public ConnectorAdmin {
 public:
  struct Parts {
    const plugins::Plugins& plugins;
    const sdk::Properties& worker;  // its configuration
    std::string group_id;           // of the workers
    bool exactly_once_sources = false;
    const tasks::ConfigTransformer& transformer;
    store::OffsetStore& offsets;  // the worker's
    Errands& errands;
    Scheduler& herder;
  };
  /// All outlive it.
  explicit KafkaConnectorAdmin(Parts parts)
      : parts_(std::move(parts)), offsets_(parts_.worker, parts_.offsets) {}

  void offsets(const std::string& connector, const RawConfig& config,
               Callback<std::vector<OffsetEntry>> done) override;
  void alter_offsets(const std::string& connector, const RawConfig& config, std::vector<OffsetEntry> offsets,
                     Callback<std::string> done) override;
  void reset_offsets(const std::string& connector, const RawConfig& config,
                     Callback<std::string> done) override;
  void fence_tasks(const std::string& connector, const RawConfig& config, int32_t count,
                   Callback<Nothing> done) override;
  void dead_letters(const std::string& connector, const RawConfig& config, DeadLetterQuery query,
                    Callback<DeadLetterPage> done) override;
  void replay(const std::string& connector, const RawConfig& config, ReplayRequest request,
              Callback<ReplayOutcome> done) override;
  void signal(const std::string& connector, const RawConfig& config, std::string signal,
              Callback<std::string> done) override;

 private:
  const Parts parts_;
  tasks::ConnectorOffsets offsets_;
};

}  // namespace sluice::cluster
