#include "connectors/cdc/postgres/text_values.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "connectors/cdc/postgres/time_text.h"
#include "sdk/data/values.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sdk::Value;

constexpr size_t kShownMax = 80;

Error unreadable(std::string_view what, std::string_view text) {
  return bad_record(fmt::format("'{}' is no {}", text.substr(0, kShownMax), what));
}

template <typename T>
bool to_number(std::string_view text, T& number) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && !text.empty();
}

std::string_view take_word(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  const size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

}  // namespace

Result<Interval> parse_interval(std::string_view text) {
  Interval interval;
  std::string_view rest = text;
  for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
    if (word.find(':') != std::string_view::npos) {
      const bool negative = word.starts_with('-');
      if (negative || word.starts_with('+')) word.remove_prefix(1);
      int64_t hours = 0;
      const size_t colon = word.find(':');
      if (!to_number(word.substr(0, colon), hours)) return unreadable("interval", text);
      const auto rest_of_hour = parse_time_micros("00" + std::string(word.substr(colon)));
      if (!rest_of_hour.ok()) return unreadable("interval", text);
      interval.micros = hours * 3600 * kMicrosPerSecond + *rest_of_hour;
      if (negative) interval.micros = -interval.micros;
      continue;
    }
    int64_t count = 0;
    const std::string_view unit = take_word(rest);
    if (!to_number(word, count)) return unreadable("interval", text);
    if (unit.starts_with("year")) {
      interval.months += count * 12;
    } else if (unit.starts_with("mon")) {
      interval.months += count;
    } else if (unit.starts_with("day")) {
      interval.days += count;
    } else {
      return unreadable("interval", text);
    }
  }
  return interval;
}

int64_t interval_micros(const Interval& interval) {
  constexpr double kDaysPerMonth = 365.25 / 12.0;
  const double days =
      static_cast<double>(interval.months) * kDaysPerMonth + static_cast<double>(interval.days);
  const int64_t whole_hours = interval.micros / (3600 * kMicrosPerSecond);
  const int64_t whole_minutes = interval.micros / (60 * kMicrosPerSecond) % 60;
  const auto hours = static_cast<double>(whole_hours);
  const auto minutes = static_cast<double>(whole_minutes);
  const auto seconds = static_cast<double>(interval.micros % (60 * kMicrosPerSecond)) / 1e6;
  return static_cast<int64_t>(((((days * 24 + hours) * 60) + minutes) * 60 + seconds) * 1e6);
}

std::string interval_text(const Interval& interval) {
  const int64_t in_minute = interval.micros % (60 * kMicrosPerSecond);
  const int64_t magnitude = in_minute < 0 ? -in_minute : in_minute;
  std::string seconds = fmt::format("{}{}.{:06}", in_minute < 0 ? "-" : "", magnitude / kMicrosPerSecond,
                                    magnitude % kMicrosPerSecond);
  while (seconds.back() == '0') seconds.pop_back();
  if (seconds.back() == '.') seconds.pop_back();
  return fmt::format("P{}Y{}M{}DT{}H{}M{}S", interval.months / 12, interval.months % 12, interval.days,
                     interval.micros / (3600 * kMicrosPerSecond),
                     interval.micros / (60 * kMicrosPerSecond) % 60, seconds);
}

Result<std::vector<std::optional<std::string_view>>> parse_array(std::string_view text, sdk::Arena& arena) {
  std::vector<std::optional<std::string_view>> items;
  std::string_view rest = text;
  if (rest.starts_with('[')) rest.remove_prefix(std::min(rest.find('=') + 1, rest.size()));
  if (rest.size() < 2 || rest.front() != '{' || rest.back() != '}') return unreadable("array", text);
  rest = rest.substr(1, rest.size() - 2);
  while (!rest.empty()) {
    if (rest.front() == '{') {
      return bad_record(fmt::format("'{}' has more than one dimension, which no schema can say",
                                    text.substr(0, kShownMax)));
    }
    if (rest.front() != '"') {
      const size_t end = std::min(rest.find(','), rest.size());
      const std::string_view item = rest.substr(0, end);
      items.push_back(item == "NULL" ? std::nullopt : std::optional(item));
      rest.remove_prefix(end);
    } else {
      auto* unquoted = static_cast<char*>(arena.allocate(rest.size(), 1));
      size_t size = 0;
      size_t at = 1;
      for (; at < rest.size() && rest[at] != '"'; ++at) {
        if (rest[at] == '\\' && at + 1 < rest.size()) ++at;
        unquoted[size++] = rest[at];
      }
      if (at >= rest.size()) return unreadable("array", text);
      items.emplace_back(std::string_view(unquoted, size));
      rest.remove_prefix(at + 1);
    }
    if (rest.empty()) break;
    if (rest.front() != ',') return unreadable("array", text);
    rest.remove_prefix(1);
  }
  return items;
}

Result<Value> parse_point(std::string_view text, const sdk::Schema& schema, sdk::Arena& arena) {
  constexpr size_t kWkbSize = 21;
  constexpr int32_t kWkbPoint = 1;
  const size_t comma = text.find(',');
  double x = 0;
  double y = 0;
  if (text.size() < 5 || text.front() != '(' || text.back() != ')' || comma == std::string_view::npos ||
      !to_number(text.substr(1, comma - 1), x) ||
      !to_number(text.substr(comma + 1, text.size() - comma - 2), y)) {
    return unreadable("point", text);
  }
  auto* wkb = static_cast<char*>(arena.allocate(kWkbSize, 1));
  wkb[0] = 1;  // little endian
  std::memcpy(wkb + 1, &kWkbPoint, sizeof(kWkbPoint));
  std::memcpy(wkb + 5, &x, sizeof(x));
  std::memcpy(wkb + 13, &y, sizeof(y));
  sdk::StructNode* node = sdk::new_struct(arena, schema);
  node->mutable_values()[0] = Value::float64(x);
  node->mutable_values()[1] = Value::float64(y);
  node->mutable_values()[2] = Value::bytes({wkb, kWkbSize});
  return Value::structure(node);
}

Result<BytesView> parse_hex(std::string_view digits, sdk::Arena& arena) {
  const auto nibble = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  if (digits.size() % 2 != 0) return unreadable("sequence of bytes", digits);
  auto* bytes = static_cast<char*>(arena.allocate(digits.size() / 2, 1));
  for (size_t i = 0; i < digits.size(); i += 2) {
    const int high = nibble(digits[i]);
    const int low = nibble(digits[i + 1]);
    if (high < 0 || low < 0) return unreadable("sequence of bytes", digits);
    bytes[i / 2] = static_cast<char>(high << 4 | low);
  }
  return BytesView(bytes, digits.size() / 2);
}

Result<Value> parse_geometry(std::string_view text, const sdk::Schema& schema, sdk::Arena& arena) {
  constexpr size_t kHeader = 9;
  constexpr uint32_t kHasSrid = 0x2000'0000;
  SLUICE_ASSIGN_OR_RETURN(const BytesView ewkb, parse_hex(text, arena));
  if (ewkb.size() < kHeader) return unreadable("geometry", text);
  const auto number_at = [&](size_t at) {
    uint32_t number = 0;
    std::memcpy(&number, ewkb.data() + at, sizeof(number));
    return ewkb[0] != 0 ? number : __builtin_bswap32(number);
  };
  sdk::StructNode* node = sdk::new_struct(arena, schema);
  node->mutable_values()[0] = Value::bytes(ewkb);
  if ((number_at(1) & kHasSrid) != 0)
    node->mutable_values()[1] = Value::int32(static_cast<int32_t>(number_at(5)));
  return Value::structure(node);
}

BytesView bit_bytes(std::string_view text, sdk::Arena& arena) {
  const size_t first = text.find('1');
  const size_t bits = first == std::string_view::npos ? 0 : text.size() - first;
  const size_t count = (bits + 7) / 8;
  auto* bytes = static_cast<char*>(arena.allocate(std::max<size_t>(count, 1), 1));
  std::memset(bytes, 0, count);
  for (size_t i = 0; i < bits; ++i) {
    if (text[text.size() - 1 - i] == '1') bytes[i / 8] = static_cast<char>(bytes[i / 8] | 1 << i % 8);
  }
  return {bytes, count};
}

std::string money_digits(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if ((c >= '0' && c <= '9') || c == '.' || c == '-') digits += c;
  }
  return digits;
}

Result<Value> parse_vector(std::string_view text, bool doubles, sdk::Arena& arena) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return unreadable("vector", text);
  std::string_view rest = text.substr(1, text.size() - 2);
  std::vector<Value> numbers;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(','), rest.size());
    double number = 0;
    float narrow = 0;
    const std::string_view item = rest.substr(0, end);
    if (doubles ? !to_number(item, number) : !to_number(item, narrow)) return unreadable("vector", text);
    numbers.push_back(doubles ? Value::float64(number) : Value::float32(narrow));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  auto* items = arena.array<Value>(numbers.size());
  std::copy(numbers.begin(), numbers.end(), items);
  return Value::array({items, numbers.size()});
}

}  // namespace sluice::connectors::cdc::postgres
