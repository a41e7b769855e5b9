#include "rest/header_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <ctime>

namespace sluice::rest {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// At commas that stand outside of double quotes; the quotes go.
std::vector<std::string> split_rules(std::string_view text) {
  std::vector<std::string> rules(1);
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      rules.emplace_back();
    } else {
      rules.back().push_back(c);
    }
  }
  return rules;
}

std::string date_in(int64_t offset_ms) {
  const std::time_t when = std::time(nullptr) + offset_ms / 1000;
  std::tm parts{};
  gmtime_r(&when, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

}  // namespace

Result<HeaderRules::Rule> HeaderRules::parse_rule(std::string_view text) {
  const auto wrong_format = [&] {
    return bad_config(fmt::format(
        "Invalid format of header config '{}'. Expected: '[action] [header name]:[header value]'", text));
  };
  if (std::count(text.begin(), text.end(), ':') != 1) return wrong_format();
  const std::string_view head = trimmed(text.substr(0, text.find(':')));
  const size_t space = head.find_first_of(" \t");
  if (space == std::string_view::npos) return wrong_format();
  const std::string action = lower(head.substr(0, space));
  Rule rule;
  rule.name = trimmed(head.substr(space));
  rule.value = trimmed(text.substr(text.find(':') + 1));
  if (action != "set" && action != "add" && action != "setdate" && action != "adddate") {
    return bad_config(
        fmt::format("Invalid header config action: '{}'. Expected one of [set, add, setDate, addDate]",
                    head.substr(0, space)));
  }
  if (rule.name.find_first_of(" \t") != std::string::npos) {
    return bad_config(
        fmt::format("Invalid header name '{}'. The '[header name]' cannot contain whitespace", rule.name));
  }
  rule.replaces = action.starts_with("set");
  rule.is_date = action.ends_with("date");
  int64_t offset = 0;
  const char* end = rule.value.data() + rule.value.size();
  if (rule.is_date && std::from_chars(rule.value.data(), end, offset).ptr != end) {
    return bad_config(
        fmt::format("Invalid value '{}' of header config '{}': a date needs an offset in milliseconds",
                    rule.value, text));
  }
  return rule;
}

Result<HeaderRules> HeaderRules::parse(std::string_view text) {
  HeaderRules rules;
  if (trimmed(text).empty()) return rules;
  for (const std::string& rule : split_rules(text)) {
    SLUICE_ASSIGN_OR_RETURN(Rule parsed, parse_rule(trimmed(rule)));
    rules.rules_.push_back(std::move(parsed));
  }
  return rules;
}

void HeaderRules::apply(net::ServerResponse& response) const {
  for (const Rule& rule : rules_) {
    std::string value = rule.value;
    if (rule.is_date) {
      int64_t offset = 0;
      std::from_chars(value.data(), value.data() + value.size(), offset);
      value = date_in(offset);
    }
    if (rule.replaces) {
      std::erase_if(response.headers,
                    [&](const auto& header) { return lower(header.first) == lower(rule.name); });
    }
    response.headers.emplace_back(rule.name, std::move(value));
  }
}

}  // namespace sluice::rest
