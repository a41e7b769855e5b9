#pragma once
// How a JSON record differs from the JSON Schema that is its contract, in words for people.

#include <nlohmann/json.hpp>
#include <string>

namespace sluice::converters {

/// E.g. "field userId is missing (probably renamed to user_id); field age is string instead of number". Looks
/// at `properties`, `required`, `items` and `type`; empty if these tell nothing.
std::string json_drift(const nlohmann::json& contract, const nlohmann::json& record);

}  // namespace sluice::converters
