#pragma once
// Learned contracts of a sink connector, kept in Kafka: compressed, as metadata of an offset that the group
// "sluice-contract-<connector>" commits for partition 0 of the topic. Any thread; calls block, with a
// deadline.

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "sdk/contract.h"
#include "sdk/properties.h"

namespace sluice::tasks {

/// `worker` and `connector` are configurations. Nothing is asked before the first call.
std::shared_ptr<sdk::ContractMemory> make_contract_memory(const sdk::Properties& worker,
                                                          const sdk::Properties& connector,
                                                          const std::string& connector_name);

/// For metadata of an offset. Error kind kFailed: it is too large even so.
Result<std::string> pack_contract(const std::string& text);
Result<std::string> unpack_contract(const std::string& packed);

}  // namespace sluice::tasks
