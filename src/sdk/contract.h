#pragma once
// What a sink connector may expect of its records' schemas, and what becomes of records that break it.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"

namespace sluice::sdk {

enum class ContractPolicy : uint8_t {
  kRegistry,    // errors.tolerance decides
  kEvolve,      // the same; compatible changes are announced and become the contract
  kHalt,        // the task fails, before the record
  kQuarantine,  // the record goes to the dead letter queue; without one its partition halts
};

/// Where contracts that were learned outlive the task. Blocks.
class ContractMemory {
 public:
  virtual ~ContractMemory() = default;
  /// Nothing: none is known.
  virtual Result<std::optional<std::string>> recall(const std::string& topic) = 0;
  /// Returns the one that counts: another task may have been first.
  virtual Result<std::string> remember(const std::string& topic, const std::string& contract) = 0;
};

struct Contract {
  ContractPolicy policy = ContractPolicy::kRegistry;
  /// Which version of the subject is the contract; none of both: the latest when the task first looks.
  std::optional<int32_t> version;
  std::map<std::string, std::string> metadata;

  // Of JSON without a registry: one of both.
  std::string json_schema;         // pinned; empty: none
  int64_t json_learn_records = 0;  // from so many records of each topic; 0: not
  std::shared_ptr<ContractMemory> memory;
};

}  // namespace sluice::sdk
