#pragma once
// What a sink connector may expect of its records' schemas, and what becomes of records that break it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace sluice::sdk {

enum class ContractPolicy : uint8_t {
  kRegistry,    // errors.tolerance decides
  kEvolve,      // the same; compatible changes are announced and become the contract
  kHalt,        // the task fails, before the record
  kQuarantine,  // the record goes to the dead letter queue; without one its partition halts
};

struct Contract {
  ContractPolicy policy = ContractPolicy::kRegistry;
  /// Which version of the subject is the contract; none of both: the latest when the task first looks.
  std::optional<int32_t> version;
  std::map<std::string, std::string> metadata;
};

}  // namespace sluice::sdk
