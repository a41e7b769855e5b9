#pragma once
// The SQL sink connector: as many tasks as asked for, each with a connection of its own.

#include <vector>

#include "connectors/sql/sink/options.h"
#include "sdk/sink.h"

namespace sluice::connectors::sql {

class SqlSinkConnector final : public sdk::SinkConnector {
 public:
  explicit SqlSinkConnector(SinkFlavour flavour) : flavour_(flavour) {}

  const sdk::ConfigDef& config() const override { return sink_options(flavour_); }
  std::vector<sdk::ConfigValue> validate(const sdk::Properties& properties) const override {
    return validate_sink(flavour_, properties);
  }
  Status start(const sdk::Properties& properties, sdk::ConnectorContext& context) override;
  Result<std::vector<sdk::Properties>> task_configs(int tasks_max) override;
  /// With exactly-once delivery the offset table is what counts: it is changed too.
  Result<bool> alter_offsets(const sdk::Properties& properties, const sdk::Offsets& offsets) override;

 private:
  const SinkFlavour flavour_;
  sdk::Properties properties_;
};

}  // namespace sluice::connectors::sql
