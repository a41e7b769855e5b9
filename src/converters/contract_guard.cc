#include "converters/contract_guard.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "converters/schema_drift.h"

namespace sluice::converters {
namespace {

using schema_registry::RegisteredPtr;

std::string version_name(const std::string& subject, int32_t version) {
  return fmt::format("version {} of {}", version, subject);
}

}  // namespace

Result<RegisteredPtr> ContractGuard::choose(const std::string& subject) {
  const auto reply = contract_.version ? registry_->version(subject, *contract_.version)
                     : contract_.metadata.empty()
                         ? registry_->latest(subject)
                         : registry_->latest_with_metadata(subject, contract_.metadata);
  if (reply.ok()) return *reply.result;
  const Error& error = reply.result.error();
  return error.wrap(error.kind(), fmt::format("The contract of subject {} cannot be read", subject));
}

Result<ContractGuard::InForce*> ContractGuard::in_force(const std::string& subject) {
  if (const auto found = in_force_.find(subject); found != in_force_.end()) return &found->second;
  SLUICE_ASSIGN_OR_RETURN(RegisteredPtr chosen, choose(subject));
  InForce made;
  made.name = version_name(subject, chosen->version);
  if (!chosen->schema.references.empty()) {
    SLUICE_ASSIGN_OR_RETURN(made.schema.references, registry_->references_of(chosen->schema));
  }
  made.schema.schema = std::move(chosen);
  log::info("The contract of subject {} is version {}", subject, made.schema.schema->version);
  return &in_force_.emplace(subject, std::move(made)).first->second;
}

Status ContractGuard::check(const std::string& subject, const FullSchema& schema,
                            std::optional<int32_t> version) {
  SLUICE_ASSIGN_OR_RETURN(InForce * contract, in_force(subject));
  if (contract->schema.schema->id == schema.schema->id) return {};
  const std::string record =
      version ? version_name(subject, *version) : fmt::format("schema {}", schema.schema->id);
  SLUICE_ASSIGN_OR_RETURN(const auto why, format_.incompatibility(schema, contract->schema));
  if (why) return violation(record, *contract, *why, schema);
  if (contract_.policy != sdk::ContractPolicy::kEvolve) return {};
  log::info("Records are written with {} now, which is compatible with the contract, {}: {}", record,
            contract->name, drift(contract->schema, schema));
  const bool is_newer = !contract_.version && version && *version > contract->schema.schema->version;
  if (is_newer) *contract = {schema, record};
  return {};
}

std::string ContractGuard::drift(const FullSchema& contract, const FullSchema& record) {
  const auto expected = format_.connect_schema(contract);
  const auto found = format_.connect_schema(record);
  if (!expected.ok() || !found.ok()) return {};
  return schema_drift(**expected, **found).text();
}

Error ContractGuard::violation(const std::string& record, const InForce& contract, const std::string& why,
                               const FullSchema& schema) {
  std::string changed = drift(contract.schema, schema);
  if (changed.empty()) changed = why;
  return Error(
      ErrorKind::kViolation,
      fmt::format("Contract violation: the record's schema ({}) breaks the contract ({}): {}. Restore "
                  "that in the source, or accept the change by moving sluice.contract.version",
                  record, contract.name, changed));
}

}  // namespace sluice::converters
