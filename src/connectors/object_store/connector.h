#pragma once
// The sink connectors of both families: every task gets the whole configuration, partitions are shared out by
// the consumer group.

#include "connectors/object_store/options.h"
#include "sdk/sink.h"

namespace sluice::connectors::object_store {

class ObjectStoreSinkConnector final : public sdk::SinkConnector {
 public:
  explicit ObjectStoreSinkConnector(const OptionFamily& family) : family_(family) {}

  const sdk::ConfigDef& config() const override { return family_.def(); }
  std::vector<sdk::ConfigValue> validate(const sdk::Properties& properties) const override;
  Status start(const sdk::Properties& properties, sdk::ConnectorContext& context) override;
  Result<std::vector<sdk::Properties>> task_configs(int tasks_max) override;

 private:
  const OptionFamily& family_;
  sdk::Properties properties_;
};

}  // namespace sluice::connectors::object_store
