#include "tasks/contract_config.h"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <string_view>

#include "sdk/config/config_def.h"

namespace sluice::tasks {
namespace {

using sdk::ConfigType;
using sdk::Importance;

constexpr const char* kPolicy = "sluice.contract.policy";
constexpr const char* kVersion = "sluice.contract.version";
constexpr const char* kJsonSchema = "sluice.contract.json.schema";
constexpr const char* kJsonLearn = "sluice.contract.json.learn.records";
constexpr std::string_view kLatest = "latest";

sdk::ContractPolicy policy_of(std::string_view name) {
  if (name == "evolve") return sdk::ContractPolicy::kEvolve;
  if (name == "halt") return sdk::ContractPolicy::kHalt;
  if (name == "quarantine") return sdk::ContractPolicy::kQuarantine;
  return sdk::ContractPolicy::kRegistry;
}

/// "key=value,key=value".
Status read_metadata(std::string_view text, sdk::Contract& contract) {
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find(','));
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0)
      return bad_config(
          fmt::format("Invalid value {} for configuration {}: latest, a version, or properties of "
                      "one (key=value,key=value)",
                      pair, kVersion));
    contract.metadata.emplace(pair.substr(0, equals), pair.substr(equals + 1));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
  }
  return {};
}

}  // namespace

void define_contract_options(sdk::ConfigDef& def) {
  def.define(
      {.name = kPolicy,
       .type = ConfigType::kString,
       .default_value = "none",
       .validator = sdk::one_of({"none", "registry", "evolve", "halt", "quarantine"}),
       .importance = Importance::kMedium,
       .doc = "What becomes of records whose schema breaks the contract, a version of their subject in "
              "the schema registry. registry: errors.tolerance decides; evolve: the same, and compatible "
              "changes are announced and become the contract; halt: the task fails before the record; "
              "quarantine: the record goes to the dead letter queue, and without one its partition waits.",
       .group = "Contract"});
  def.define({.name = kVersion,
              .type = ConfigType::kString,
              .default_value = std::string(kLatest),
              .importance = Importance::kMedium,
              .doc = "Which version of the subject is the contract: its number, properties that it has "
                     "(key=value,key=value), or latest, which is the latest one when the task starts.",
              .group = "Contract"});
  def.define({.name = kJsonSchema,
              .type = ConfigType::kString,
              .default_value = "",
              .importance = Importance::kMedium,
              .doc = "The contract of JSON records without a schema registry: the text of a JSON Schema. "
                     "${dir:<directory>:<file>} takes it from a file, where the worker has that provider.",
              .group = "Contract"});
  def.define({.name = kJsonLearn,
              .type = ConfigType::kLong,
              .default_value = "0",
              .validator = sdk::at_least(int64_t{0}),
              .importance = Importance::kMedium,
              .doc =
                  "From how many records of each topic the contract of JSON records is learned, where none "
                  "is given: fields that all of them have are required, and types stay. It is remembered "
                  "as metadata of the consumer group sluice-contract-<connector>; delete that to learn anew.",
              .group = "Contract"});
}

Result<std::optional<sdk::Contract>> read_contract(const sdk::Config& config) {
  const std::string& policy = config.get_string(kPolicy);
  if (policy == "none") return std::optional<sdk::Contract>();
  sdk::Contract contract;
  contract.policy = policy_of(policy);
  contract.json_schema = config.get_string(kJsonSchema);
  contract.json_learn_records = config.get_int(kJsonLearn);
  const std::string& version = config.get_string(kVersion);
  if (version == kLatest) return std::optional(contract);
  int32_t number = 0;
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), number);
  if (error == std::errc() && end == version.data() + version.size() && number > 0) {
    contract.version = number;
  } else {
    SLUICE_RETURN_IF_ERROR(read_metadata(version, contract));
  }
  return std::optional(std::move(contract));
}

}  // namespace sluice::tasks
