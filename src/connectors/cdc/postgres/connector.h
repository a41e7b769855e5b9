#pragma once
// io.debezium.connector.postgresql.PostgresConnector: one task, whatever tasks.max says.

#include "connectors/cdc/postgres/options.h"
#include "sdk/source.h"

namespace sluice::connectors::cdc::postgres {

class PostgresConnector final : public sdk::SourceConnector {
 public:
  const sdk::ConfigDef& config() const override { return option_definitions(); }
  std::vector<sdk::ConfigValue> validate(const sdk::Properties& properties) const override {
    return validate_options(properties);
  }
  sdk::ExactlyOnceSupport exactly_once_support(const sdk::Properties&) const override {
    return sdk::ExactlyOnceSupport::kSupported;
  }
  Status start(const sdk::Properties& properties, sdk::ConnectorContext& context) override;
  Result<std::vector<sdk::Properties>> task_configs(int tasks_max) override;
  Result<bool> alter_offsets(const sdk::Properties& properties,
                             std::span<const sdk::PartitionAndOffset> offsets) override;
  Result<sdk::TopicRecord> signal(const sdk::Properties& properties, std::string_view signal) const override;

 private:
  sdk::Properties properties_;
};

}  // namespace sluice::connectors::cdc::postgres
