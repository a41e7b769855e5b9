#include "transforms/transform_config.h"

#include <utility>

#include "base/java_regex.h"

namespace sluice::transforms {

sdk::ConfigKey replace_null_key() {
  return {.name = kReplaceNull,
          .type = sdk::ConfigType::kBoolean,
          .default_value = "true",
          .importance = sdk::Importance::kMedium,
          .doc =
              "Whether a field that is null takes its schema's default where the struct is copied. "
              "With false it stays null."};
}

sdk::Validator non_empty_list() {
  sdk::Validator validator;
  validator.text = "non-empty list";
  validator.null_reason = "Empty list";
  validator.check = [](std::string_view, const sdk::ConfigItem& item) -> std::optional<std::string> {
    if (std::get<std::vector<std::string>>(item).empty()) return "Empty list";
    return std::nullopt;
  };
  return validator;
}

sdk::Validator valid_regex() {
  sdk::Validator validator = optional_regex();
  // What Java says of a pattern that is not there, for want of a check.
  validator.null_reason =
      "Invalid regex: Cannot invoke \"String.isEmpty()\" because \"this.pattern\" is null";
  return validator;
}

sdk::Validator optional_regex() {
  sdk::Validator validator;
  validator.text = "valid regex";
  validator.check = [](std::string_view, const sdk::ConfigItem& item) -> std::optional<std::string> {
    auto regex = JavaRegex::compile(std::get<std::string>(item));
    if (regex.ok()) return std::nullopt;
    return "Invalid regex: " + regex.error().message();
  };
  return validator;
}

sdk::Validator non_null_text() {
  sdk::Validator validator;
  validator.text = "non-null string";
  validator.null_reason = "entry must be non null";
  return validator;
}

sdk::Validator colon_pairs(std::optional<std::string> (*check)(const std::vector<std::string>& pairs)) {
  sdk::Validator validator;
  validator.text = "list of colon-delimited pairs, e.g. <code>foo:bar,abc:xyz</code>";
  validator.whole_text = true;
  validator.check = [check](std::string_view, const sdk::ConfigItem& item) {
    return check(std::get<std::vector<std::string>>(item));
  };
  return validator;
}

std::vector<std::string> split_at_colons(const std::string& text) {
  std::vector<std::string> parts;
  size_t start = 0;
  for (size_t colon = text.find(':'); colon != std::string::npos; colon = text.find(':', start)) {
    parts.push_back(text.substr(start, colon - start));
    start = colon + 1;
  }
  parts.push_back(text.substr(start));
  if (parts.size() == 1) return parts;  // Java gives a text without a match as it is
  while (!parts.empty() && parts.back().empty()) parts.pop_back();
  return parts;
}

}  // namespace sluice::transforms
