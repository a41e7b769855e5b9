// One option's text to its item and back, by Kafka's rules (ConfigDef.parseType, convertToString).

#include <charconv>
#include <cmath>
#include <limits>

#include "sdk/config/config_def.h"
#include "sdk/data/java_number.h"
#include "sdk/data/values.h"

namespace sluice::sdk {
namespace {

std::string_view trim(std::string_view text) {  // String.trim: everything up to the space
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

bool is_white_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
    if (c != lower[i]) return false;
  }
  return true;
}

Error not_a_number(ConfigType type) {
  return bad_config("Not a number of type " + std::string(config_type_name(type)));
}

Result<ConfigItem> parse_integer(ConfigType type, std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return not_a_number(type);
  const bool fits =
      type == ConfigType::kLong || (type == ConfigType::kInt ? number == static_cast<int32_t>(number)
                                                             : number == static_cast<int16_t>(number));
  if (!fits) return not_a_number(type);
  return ConfigItem(number);
}

/// Split at commas with the white space around them; empty elements stay.
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> elements;
  while (true) {
    const size_t comma = text.find(',');
    std::string_view element = text.substr(0, comma);
    if (comma != std::string_view::npos) {
      while (!element.empty() && is_white_space(element.back())) element.remove_suffix(1);
    }
    elements.emplace_back(element);
    if (comma == std::string_view::npos) return elements;
    text.remove_prefix(comma + 1);
    while (!text.empty() && is_white_space(text.front())) text.remove_prefix(1);
  }
}

}  // namespace

Result<ConfigItem> parse_config_item(std::string_view /*name*/, ConfigType type, std::string_view text) {
  text = trim(text);
  switch (type) {
    case ConfigType::kBoolean:
      if (equals_ignoring_case(text, "true")) return ConfigItem(true);
      if (equals_ignoring_case(text, "false")) return ConfigItem(false);
      return bad_config("Expected value to be either true or false");
    case ConfigType::kInt:
    case ConfigType::kShort:
    case ConfigType::kLong:
      return parse_integer(type, text);
    case ConfigType::kDouble: {
      const auto number = parse_java_float64(text);
      if (!number) return not_a_number(type);
      return ConfigItem(*number);
    }
    case ConfigType::kList:
      if (text.empty()) return ConfigItem(std::vector<std::string>());
      return ConfigItem(split_list(text));
    case ConfigType::kString:
    case ConfigType::kClass:
    case ConfigType::kPassword:
      break;
  }
  return ConfigItem(std::string(text));
}

std::string config_item_text(const ConfigItem& item) {
  std::string text;
  if (const auto* flag = std::get_if<bool>(&item)) return *flag ? "true" : "false";
  if (const auto* integer = std::get_if<int64_t>(&item)) return std::to_string(*integer);
  if (const auto* string = std::get_if<std::string>(&item)) return *string;
  if (const auto* number = std::get_if<double>(&item)) append_java_float64(text, *number);
  if (const auto* list = std::get_if<std::vector<std::string>>(&item)) {
    for (const std::string& element : *list) {
      if (&element != &list->front()) text.push_back(',');
      text.append(element);
    }
  }
  return text;
}

}  // namespace sluice::sdk
