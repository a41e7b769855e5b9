#include "connectors/cdc/postgres/defaults.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/java_regex.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sdk::Value;

struct StandIn {
  std::string_view type;
  std::string_view text;  // for what a function generates
  bool trimmed = true;
};

// Types whose defaults are told; of others none is.
constexpr std::array kStandIns{
    StandIn{"bit", "00"},
    StandIn{"varbit", "0"},
    StandIn{"bool", "false"},
    StandIn{"bpchar", "", false},
    StandIn{"varchar", "", false},
    StandIn{"text", "", false},
    StandIn{"numeric", "0.0"},
    StandIn{"float4", "0.0"},
    StandIn{"float8", "0.0"},
    StandIn{"int2", "0"},
    StandIn{"int4", "0"},
    StandIn{"int8", "0"},
    StandIn{"json", "{}", false},
    StandIn{"jsonb", "{}", false},
    StandIn{"xml", "", false},
    StandIn{"uuid", "00000000-0000-0000-0000-000000000000"},
    StandIn{"date", "1970-01-01"},
    StandIn{"time", "00:00"},
    StandIn{"timestamp", "1970-01-01"},
    StandIn{"timestamptz", "1970-01-01"},
    StandIn{"interval", "00:00"},
};

constexpr std::array<std::string_view, 5> kClockWords{"current_timestamp", "current_time", "current_date",
                                                      "localtime", "localtimestamp"};

bool is_clock_word(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::find(kClockWords.begin(), kClockWords.end(), lower) != kClockWords.end();
}

bool is_function_call(std::string_view expression) {
  static const JavaRegex pattern = [] {
    auto compiled = JavaRegex::compile("(?s)[(]?[A-Za-z0-9_.]+\\((?:.+(?:, ?.+)*)?\\).*");
    return *std::move(compiled);
  }();
  const auto matched = pattern.matches(expression);
  return matched.ok() && *matched;
}

/// What stands in the first pair of quotes, or the whole.
std::optional<std::string> literal_of(std::string_view expression) {
  if (expression.starts_with("NULL::")) return {};
  const size_t open = expression.find('\'');
  if (open == std::string_view::npos) return std::string(expression);
  const size_t close = expression.find('\'', open + 1);
  if (close == std::string_view::npos) return {};
  return std::string(expression.substr(open + 1, close - open - 1));
}

std::optional<std::string> enum_literal(std::string_view expression, const std::string& type) {
  const std::string cast = "::" + type;
  if (!expression.ends_with(cast)) return {};
  expression.remove_suffix(cast.size());
  if (expression.size() < 2 || expression.front() != '\'' || expression.back() != '\'') return {};
  return std::string(expression.substr(1, expression.size() - 2));
}

std::optional<std::string> default_text(const Type& type, std::string_view expression) {
  if (type.kind == 'e') return enum_literal(expression, type.name);
  const auto row = std::find_if(kStandIns.begin(), kStandIns.end(),
                                [&](const StandIn& one) { return one.type == type.name; });
  if (row == kStandIns.end()) return {};
  if (row->trimmed) {
    while (expression.starts_with(' ')) expression.remove_prefix(1);
    while (expression.ends_with(' ')) expression.remove_suffix(1);
  }
  if (is_function_call(expression) || is_clock_word(expression)) return std::string(row->text);
  auto text = literal_of(expression);
  if (text && type.name == "bool") text = *text == "true" || *text == "t" ? "t" : "f";
  return text;
}

/// As many places as the column has.
void fill_places(std::string& number, int scale) {
  if (scale <= 0 || number.find_first_not_of("-0123456789.") != std::string::npos) return;
  const size_t point = number.find('.');
  if (point == std::string::npos) number += '.';
  const size_t places = point == std::string::npos ? 0 : number.size() - point - 1;
  if (places < static_cast<size_t>(scale)) number.append(static_cast<size_t>(scale) - places, '0');
}

}  // namespace

std::optional<Value> default_value(const ColumnDecoder& decoder, const Type& type,
                                   std::string_view expression, sdk::Arena& arena) {
  auto text = default_text(type, expression);
  if (!text) return {};
  if (type.name == "numeric") fill_places(*text, decoder.scale());
  const auto value = decoder.decode(arena.copy(*text), arena);
  // A struct cannot be a default (KAFKA-12694).
  if (!value.ok() || value->is_null() || value->kind() == sdk::Kind::kStruct) return {};
  return *value;
}

}  // namespace sluice::connectors::cdc::postgres
