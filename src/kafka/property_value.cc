// Values of client properties, checked as Java's ConfigDef does.

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string>

#include "kafka/property_table.h"

namespace sluice::kafka {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return result;
}

template <typename T>
std::optional<T> parse_number(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<std::string> checked_number(const PropertyRule& rule, std::string_view value) {
  const bool is_int = rule.type == ValueType::kInt;
  const auto wide = parse_number<int64_t>(value);
  if (!wide || (is_int && !parse_number<int32_t>(value))) {
    return invalid_value(rule, value, is_int ? "Not a number of type INT" : "Not a number of type LONG");
  }
  if (*wide < rule.range.min)
    return invalid_value(rule, value, fmt::format("Value must be at least {}", rule.range.min));
  if (*wide > rule.range.max)
    return invalid_value(rule, value, fmt::format("Value must be no more than {}", rule.range.max));
  return fmt::format("{}", std::clamp(*wide, rule.native_range.min, rule.native_range.max));
}

Result<std::string> checked_text(const PropertyRule& rule, std::string_view value) {
  if (rule.allowed.empty()) return std::string(value);
  const std::string wanted = rule.any_case ? lower(value) : std::string(value);
  std::string_view rest = rule.allowed;
  while (!rest.empty()) {
    const size_t comma = std::min(rest.find(", "), rest.size());
    const std::string_view one = rest.substr(0, comma);
    if (wanted == (rule.any_case ? lower(one) : std::string(one))) return wanted;
    rest.remove_prefix(std::min(comma + 2, rest.size()));
  }
  return invalid_value(
      rule, value,
      fmt::format("String must be one of{}: {}", rule.any_case ? " (case insensitive)" : "", rule.allowed));
}

}  // namespace

Result<std::string> checked_value(const PropertyRule& rule, std::string_view value) {
  switch (rule.type) {
    case ValueType::kBool: {
      const std::string text = lower(trimmed(value));
      if (text == "true" || text == "false") return text;
      return invalid_value(rule, value, "Expected value to be either true or false");
    }
    case ValueType::kInt:
    case ValueType::kLong:
      return checked_number(rule, trimmed(value));
    case ValueType::kPassword:
      return std::string(value);
    case ValueType::kDouble:
    case ValueType::kString:
    case ValueType::kList:
    case ValueType::kClass:
      break;
  }
  return checked_text(rule, trimmed(value));
}

int64_t to_number(std::string_view checked) { return parse_number<int64_t>(checked).value_or(0); }

Error invalid_value(const PropertyRule& rule, std::string_view value, std::string_view why) {
  return bad_config(fmt::format("Invalid value {} for configuration {}: {}",
                                rule.type == ValueType::kPassword ? "[hidden]" : value, rule.java, why));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

}  // namespace sluice::kafka
