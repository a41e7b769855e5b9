#pragma once
// io.debezium.connector.mysql.MySqlConnector and io.debezium.connector.mariadb.MariaDbConnector: one task,
// whatever tasks.max says.

#include "connectors/cdc/mysql/options.h"
#include "sdk/source.h"

namespace sluice::connectors::cdc::mysql {

class BinlogConnector final : public sdk::SourceConnector {
 public:
  explicit BinlogConnector(Flavour flavour) : flavour_(flavour) {}

  const sdk::ConfigDef& config() const override { return options_of(flavour_); }
  std::vector<sdk::ConfigValue> validate(const sdk::Properties& properties) const override {
    return validate_options(properties, flavour_);
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
  const Flavour flavour_;
  sdk::Properties properties_;
};

}  // namespace sluice::connectors::cdc::mysql
