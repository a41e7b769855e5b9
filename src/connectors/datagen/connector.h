#pragma once
// The Datagen source connector: every task makes its own stream.

#include <vector>

#include "connectors/datagen/options.h"
#include "sdk/source.h"

namespace sluice::connectors::datagen {

class DatagenConnector final : public sdk::SourceConnector {
 public:
  const sdk::ConfigDef& config() const override { return options_def(); }
  Status start(const sdk::Properties& properties, sdk::ConnectorContext& context) override;
  Result<std::vector<sdk::Properties>> task_configs(int tasks_max) override;
  sdk::ExactlyOnceSupport exactly_once_support(const sdk::Properties&) const override {
    return sdk::ExactlyOnceSupport::kSupported;
  }

 private:
  sdk::Properties properties_;
};

}  // namespace sluice::connectors::datagen
