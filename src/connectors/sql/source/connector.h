#pragma once
// The SQL source connector: one task for a query, else the tables divided among the tasks.

#include <memory>
#include <vector>

#include "connectors/sql/source/options.h"
#include "connectors/sql/source/table_monitor.h"
#include "sdk/source.h"

namespace sluice::connectors::sql {

class SqlSourceConnector final : public sdk::SourceConnector {
 public:
  explicit SqlSourceConnector(Flavour flavour) : flavour_(flavour) {}

  const sdk::ConfigDef& config() const override { return source_options(flavour_); }
  std::vector<sdk::ConfigValue> validate(const sdk::Properties& properties) const override {
    return validate_source(flavour_, properties);
  }
  Status start(const sdk::Properties& properties, sdk::ConnectorContext& context) override;
  Result<std::vector<sdk::Properties>> task_configs(int tasks_max) override;
  Status stop() override;
  /// Supported where an offset tells every row from the next: all modes but bulk.
  sdk::ExactlyOnceSupport exactly_once_support(const sdk::Properties& properties) const override;

 private:
  const Flavour flavour_;
  sdk::Properties properties_;
  SourceOptions options_;
  std::unique_ptr<TableMonitor> monitor_;
};

}  // namespace sluice::connectors::sql
