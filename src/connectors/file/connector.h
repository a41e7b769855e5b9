#pragma once
// The FileStream connectors: one task for the source, equal tasks for the sink.

#include <span>
#include <vector>

#include "sdk/sink.h"
#include "sdk/source.h"

namespace sluice::connectors::file {

class FileSourceConnector final : public sdk::SourceConnector {
 public:
  const sdk::ConfigDef& config() const override;
  Status start(const sdk::Properties& properties, sdk::ConnectorContext& context) override;
  Result<std::vector<sdk::Properties>> task_configs(int tasks_max) override;
  sdk::ExactlyOnceSupport exactly_once_support(const sdk::Properties& properties) const override;
  Result<bool> alter_offsets(const sdk::Properties& properties,
                             std::span<const sdk::PartitionAndOffset> offsets) override;

 private:
  sdk::Properties properties_;
};

class FileSinkConnector final : public sdk::SinkConnector {
 public:
  const sdk::ConfigDef& config() const override;
  Status start(const sdk::Properties& properties, sdk::ConnectorContext& context) override;
  Result<std::vector<sdk::Properties>> task_configs(int tasks_max) override;

 private:
  sdk::Properties properties_;
};

}  // namespace sluice::connectors::file
