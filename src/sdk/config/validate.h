#pragma once
// Inside the folder: asking an option's validator, and Kafka's wording of a refusal.

#include <optional>
#include <string>
#include <string_view>

#include "sdk/config/config_def.h"

namespace sluice::sdk {

/// `Invalid value x for configuration y: reason`.
std::string invalid_value_text(std::string_view name, std::string_view value, std::string_view reason);

/// The whole error text if the key's validator refuses the item.
std::optional<std::string> find_refusal(const ConfigKey& key, const ConfigItem& item);

}  // namespace sluice::sdk
