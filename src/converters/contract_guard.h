#pragma once
// Holds the schemas of consumed records against the contract in force for their subject. On the converter's
// thread; may block for a request. A schema is judged once per converter.

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "converters/registry_format.h"
#include "drivers/schema_registry/registry.h"
#include "sdk/contract.h"

namespace sluice::converters {

class ContractGuard {
 public:
  /// `format` outlives the guard.
  ContractGuard(std::shared_ptr<schema_registry::Registry> registry, sdk::Contract contract,
                RegistryFormat& format)
      : registry_(std::move(registry)), contract_(std::move(contract)), format_(format) {}

  /// Error kind kViolation says in a sentence what breaks the contract and what to do; kRetry: the registry
  /// cannot be reached.
  Status check(const std::string& subject, const FullSchema& schema, std::optional<int32_t> version);

 private:
  struct InForce {
    FullSchema schema;
    std::string name;  // "version 3 of orders-value"
  };
  Result<InForce*> in_force(const std::string& subject);
  Result<schema_registry::RegisteredPtr> choose(const std::string& subject);
  /// What has changed, as far as it can be told.
  std::string drift(const FullSchema& contract, const FullSchema& record);
  Error violation(const std::string& record, const InForce& contract, const std::string& why,
                  const FullSchema& schema);

  const std::shared_ptr<schema_registry::Registry> registry_;
  const sdk::Contract contract_;
  RegistryFormat& format_;
  std::map<std::string, InForce> in_force_;  // by subject
};

}  // namespace sluice::converters
