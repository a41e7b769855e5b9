#pragma once
// Options and validators that several transforms share.

#include <optional>
#include <string>

#include "sdk/config/config_def.h"

namespace sluice::transforms {

inline constexpr const char* kReplaceNull = "replace.null.with.default";

/// `replace.null.with.default`, true.
sdk::ConfigKey replace_null_key();

/// NonEmptyListValidator.
sdk::Validator non_empty_list();
/// RegexValidator.
sdk::Validator valid_regex();
/// The same, or null.
sdk::Validator optional_regex();
/// NonNullValidator.
sdk::Validator non_null_text();
/// For lists of `a:b` that Kafka parses to validate them; `check` gives the whole error text.
sdk::Validator colon_pairs(std::optional<std::string> (*check)(const std::vector<std::string>& pairs));

/// Java's String.split(":"): trailing empty parts fall away.
std::vector<std::string> split_at_colons(const std::string& text);

}  // namespace sluice::transforms
