#include "converters/json_shape.h"

#include <algorithm>

namespace sluice::converters {
namespace {

using nlohmann::json;

/// An object with more members than that is a map.
constexpr size_t kMembersMax = 500;
constexpr const char* kNames[] = {"null", "boolean", "number", "string", "array", "object"};

}  // namespace

JsonShape::Kind JsonShape::kind_of(const json& value) {
  if (value.is_null()) return kNull;
  if (value.is_boolean()) return kBoolean;
  if (value.is_number()) return kNumber;
  if (value.is_string()) return kString;
  return value.is_array() ? kArray : kObject;
}

void JsonShape::learn(const json& value) {
  ++times_;
  ++seen_[kind_of(value)];
  if (value.is_array()) {
    for (const json& item : value) {
      if (!items_) items_ = std::make_unique<JsonShape>();
      items_->learn(item);
    }
  }
  if (!value.is_object() || has_free_keys_) return;
  for (const auto& [name, member] : value.items()) {
    auto& known = members_[name];
    if (!known) known = std::make_unique<JsonShape>();
    known->learn(member);
  }
  has_free_keys_ = members_.size() > kMembersMax;
  if (has_free_keys_) members_.clear();
}

json JsonShape::types() const {
  json types = json::array();
  for (size_t kind = 0; kind < kKinds; ++kind) {
    if (seen_[kind] > 0) types.push_back(kNames[kind]);
  }
  return types.size() == 1 ? types[0] : types;
}

json JsonShape::schema() const {
  if (times_ == 0) return true;
  json schema{{"type", types()}};
  if (items_) schema["items"] = items_->schema();
  if (members_.empty()) return schema;
  json required = json::array();
  for (const auto& [name, member] : members_) {
    schema["properties"][name] = member->schema();
    if (member->times_ == seen_[kObject]) required.push_back(name);
  }
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

}  // namespace sluice::converters
