#pragma once
// The options sluice.contract.* of sink connectors.

#include <optional>

#include "base/result.h"
#include "sdk/config/config_def.h"
#include "sdk/contract.h"

namespace sluice::tasks {

void define_contract_options(sdk::ConfigDef& def);

/// None: the connector has no contract. Error kind kBadConfig names the option.
Result<std::optional<sdk::Contract>> read_contract(const sdk::Config& config);

}  // namespace sluice::tasks
