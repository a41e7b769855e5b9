#include "converters/json_contract.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "converters/json_drift.h"
#include "formats/json_schema/json_tree.h"
#include "formats/json_schema/schema_document.h"

namespace sluice::converters {
namespace {

/// Of a document that the converter has read, so it can only be JSON.
nlohmann::json parsed(BytesView document, std::string_view member) {
  nlohmann::json json = nlohmann::json::parse(document, nullptr, false);
  return member.empty() || !json.is_object() ? json : json.value(member, nlohmann::json());
}

std::string learned_name(std::string_view topic) {
  return fmt::format("what was learned from the first records of topic {}", topic);
}

}  // namespace

JsonContract::JsonContract(sdk::Contract contract)
    : contract_(std::move(contract)), decoder_(json::Numbers::kExact) {}

Result<std::unique_ptr<JsonContract>> JsonContract::make(sdk::Contract contract) {
  std::unique_ptr<JsonContract> made(new JsonContract(std::move(contract)));
  const sdk::Contract& wanted = made->contract_;
  if (!wanted.json_schema.empty()) {
    auto compiled = compile(wanted.json_schema, "the pinned JSON Schema");
    if (!compiled.ok()) {
      return bad_config(
          fmt::format("sluice.contract.json.schema is no JSON Schema: {}", compiled.error().message()));
    }
    made->pinned_ = std::move(compiled).value();
  } else if (wanted.json_learn_records <= 0) {
    return bad_config(
        "sluice.contract.policy for JSON records without a schema registry needs "
        "sluice.contract.json.schema, or "
        "sluice.contract.json.learn.records");
  }
  return made;
}

Result<JsonContract::InForce> JsonContract::compile(const std::string& text, std::string name) {
  SLUICE_ASSIGN_OR_RETURN(auto document, json_schema::SchemaDocument::parse(text));
  SLUICE_ASSIGN_OR_RETURN(auto validator, json_schema::Validator::make(std::move(document)));
  return InForce{std::move(validator), nlohmann::json::parse(text, nullptr, false), std::move(name)};
}

/// Null: it is still to be learned.
Result<JsonContract::InForce*> JsonContract::in_force(const std::string& topic) {
  if (pinned_) return &*pinned_;
  if (const auto found = learned_.find(topic); found != learned_.end()) return &found->second;
  if (learning_.contains(topic)) return nullptr;
  if (contract_.memory != nullptr) {
    SLUICE_ASSIGN_OR_RETURN(const auto text, contract_.memory->recall(topic));
    if (text) {
      SLUICE_ASSIGN_OR_RETURN(auto compiled, compile(*text, learned_name(topic)));
      log::info("The contract of topic {} was learned before: {}", topic, *text);
      return &learned_.emplace(topic, std::move(compiled)).first->second;
    }
  }
  learning_.try_emplace(topic);
  return nullptr;
}

Status JsonContract::learn(const std::string& topic, const nlohmann::json& value) {
  Learning& learning = learning_.at(topic);
  learning.shape.learn(value);
  if (++learning.records < contract_.json_learn_records) return {};
  std::string text = learning.shape.schema().dump();
  if (contract_.memory != nullptr) {
    auto agreed = contract_.memory->remember(topic, text);
    if (agreed.ok()) {
      text = *std::move(agreed);
    } else {
      log::warn("The contract of topic {} is learned anew after a restart, as it cannot be remembered: {}",
                topic, agreed.error().message());
    }
  }
  SLUICE_ASSIGN_OR_RETURN(auto compiled, compile(text, learned_name(topic)));
  log::info("The contract of topic {} was learned from {} records: {}", topic, learning.records, text);
  learned_.emplace(topic, std::move(compiled));
  learning_.erase(topic);
  return {};
}

Status JsonContract::check(std::string_view topic, BytesView document, std::string_view member) {
  SLUICE_ASSIGN_OR_RETURN(InForce * contract, in_force(std::string(topic)));
  if (contract == nullptr) return learn(std::string(topic), parsed(document, member));
  arena_.reset();
  decoder_.begin_batch(arena_);
  SLUICE_ASSIGN_OR_RETURN(const sdk::Value tree, decoder_.decode(document, arena_));
  const sdk::Value null = sdk::Value::null();
  const sdk::Value* value = member.empty() ? &tree : json_schema::member(tree, member);
  const Status status = contract->validator.check(value == nullptr ? null : *value);
  return status.ok() ? status : Status(violation(*contract, parsed(document, member), status.error()));
}

Error JsonContract::violation(const InForce& contract, const nlohmann::json& value, const Error& why) const {
  std::string changed = json_drift(contract.schema, value);
  if (changed.empty()) changed = why.message();
  const char* accept = pinned_ ? "by changing sluice.contract.json.schema"
                               : "by deleting the consumer group sluice-contract-<connector>, to learn anew";
  return Error(ErrorKind::kViolation,
               fmt::format("Contract violation: the record breaks the contract ({}): {}. Restore that in the "
                           "source, or accept the change {}",
                           contract.name, changed, accept));
}

}  // namespace sluice::converters
