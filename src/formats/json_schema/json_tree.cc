#include "formats/json_schema/json_tree.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <functional>

#include "formats/json/json_number.h"
#include "formats/json/json_writer.h"

namespace sluice::json_schema {
namespace {

using sdk::Kind;
using sdk::MapEntry;
using sdk::Value;

/// 0.digits times ten to the power of `exponent`; no digits: zero.
struct Decimal {
  bool negative = false;
  std::string digits;  // neither begin nor end with a zero
  int64_t exponent = 0;
};

Decimal parse(std::string_view text) {
  Decimal number;
  number.negative = text.starts_with('-');
  if (number.negative) text.remove_prefix(1);
  const size_t exponent_at = std::min(text.find_first_of("eE"), text.size());
  if (exponent_at < text.size()) {
    std::string_view digits = text.substr(exponent_at + 1);
    const bool down = digits.starts_with('-');
    if (digits.starts_with('+') || down) digits.remove_prefix(1);
    // A number with more digits than that in its exponent is beyond any other.
    constexpr int64_t kBeyond = 1'000'000'000'000;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), number.exponent).ec != std::errc())
      number.exponent = kBeyond;
    number.exponent = std::min(number.exponent, kBeyond) * (down ? -1 : 1);
  }
  std::string_view mantissa = text.substr(0, exponent_at);
  const size_t point = std::min(mantissa.find('.'), mantissa.size());
  number.digits.append(mantissa.substr(0, point));
  number.exponent += static_cast<int64_t>(point);
  if (point < mantissa.size()) number.digits.append(mantissa.substr(point + 1));
  const size_t first = std::min(number.digits.find_first_not_of('0'), number.digits.size());
  number.digits.erase(0, first);
  number.exponent -= static_cast<int64_t>(first);
  number.digits.erase(number.digits.find_last_not_of('0') + 1);
  if (number.digits.empty()) number = {};
  return number;
}

Decimal parse(const Value& number) {
  return parse(number.kind() == Kind::kBytes ? std::string(number.as_bytes())
                                             : std::to_string(number.as_integer()));
}

std::strong_ordering compare(const Decimal& left, const Decimal& right) {
  const auto sign = [](const Decimal& number) {
    return number.digits.empty() ? 0 : number.negative ? -1 : 1;
  };
  if (sign(left) != sign(right)) return sign(left) <=> sign(right);
  const Decimal& first = left.negative ? right : left;  // of negative numbers the longer one is less
  const Decimal& second = left.negative ? left : right;
  if (first.exponent != second.exponent) return first.exponent <=> second.exponent;
  return std::string_view(first.digits) <=> std::string_view(second.digits);
}

__extension__ using Wide = __int128;

/// The digits as an integer of that many decimals, if there is room.
std::optional<Wide> scaled(const Decimal& number, int64_t decimals) {
  constexpr int64_t kDigitsMax = 37;
  const int64_t zeros = number.exponent - static_cast<int64_t>(number.digits.size()) + decimals;
  if (zeros < 0 || number.exponent + decimals > kDigitsMax) return std::nullopt;
  Wide whole = 0;
  for (const char digit : number.digits) whole = whole * 10 + (digit - '0');
  for (int64_t i = 0; i < zeros; ++i) whole *= 10;
  return whole;
}

size_t mixed(size_t hash, size_t more) { return (hash ^ more) * 0x9E3779B97F4A7C15ULL; }

size_t number_hash(const Value& node) {
  const Decimal number = parse(node);
  return mixed(std::hash<std::string>()(number.digits),
               static_cast<size_t>(number.exponent) * 2 + number.negative);
}

bool same_objects(const Value& left, const Value& right) {
  const auto is_there = [&right](const MapEntry& entry) {
    const Value* other = member(right, entry.key.as_string());
    return other != nullptr && same_json(entry.value, *other);
  };
  return left.as_map().size() == right.as_map().size() &&
         std::all_of(left.as_map().begin(), left.as_map().end(), is_there);
}

}  // namespace

const Value* member(const Value& object, std::string_view name) {
  if (object.kind() != Kind::kMap) return nullptr;
  for (const MapEntry& entry : object.as_map()) {
    if (entry.key.as_string() == name) return &entry.value;
  }
  return nullptr;
}

const Value* member_of_kind(const Value& object, std::string_view name, Kind kind) {
  const Value* found = member(object, name);
  return found != nullptr && found->kind() == kind ? found : nullptr;
}

std::optional<std::string_view> text_member(const Value& object, std::string_view name) {
  const Value* found = member_of_kind(object, name, Kind::kString);
  if (found == nullptr) return std::nullopt;
  return found->as_string();
}

std::strong_ordering compare_numbers(const Value& left, const Value& right) {
  if (left.kind() == Kind::kInt64 && right.kind() == Kind::kInt64)
    return left.as_integer() <=> right.as_integer();
  return compare(parse(left), parse(right));
}

bool is_whole(const Value& number) {
  if (number.kind() == Kind::kInt64) return true;
  const Decimal decimal = parse(number);
  return decimal.exponent >= static_cast<int64_t>(decimal.digits.size());
}

bool is_multiple(const Value& number, const Value& divisor) {
  const Decimal dividend = parse(number);
  const Decimal by = parse(divisor);
  if (dividend.digits.empty() || by.digits.empty()) return dividend.digits.empty();
  const auto decimals_of = [](const Decimal& value) {
    return static_cast<int64_t>(value.digits.size()) - value.exponent;
  };
  const int64_t decimals = std::max<int64_t>({decimals_of(dividend), decimals_of(by), 0});
  const auto left = scaled(dividend, decimals);
  const auto right = scaled(by, decimals);
  if (left && right) return *left % *right == 0;
  const double quotient = json::json_float64(number) / json::json_float64(divisor);
  return std::isfinite(quotient) && std::trunc(quotient) == quotient;
}

size_t json_hash(const Value& node) {
  switch (node.kind()) {
    case Kind::kNull:
      return 1;
    case Kind::kBoolean:
      return node.as_boolean() ? 2 : 3;
    case Kind::kString:
      return std::hash<std::string_view>()(node.as_string());
    case Kind::kArray: {
      size_t hash = 4;
      for (const Value& item : node.as_array()) hash = mixed(hash, json_hash(item));
      return hash;
    }
    case Kind::kMap: {
      size_t hash = 5;  // in any order
      for (const MapEntry& entry : node.as_map()) hash += mixed(json_hash(entry.key), json_hash(entry.value));
      return hash;
    }
    default:
      return number_hash(node);
  }
}

bool same_json(const Value& left, const Value& right) {
  if (json::is_json_number(left))
    return json::is_json_number(right) && compare_numbers(left, right) == std::strong_ordering::equal;
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case Kind::kBoolean:
      return left.as_boolean() == right.as_boolean();
    case Kind::kString:
      return left.as_string() == right.as_string();
    case Kind::kArray:
      return std::equal(left.as_array().begin(), left.as_array().end(), right.as_array().begin(),
                        right.as_array().end(), same_json);
    case Kind::kMap:
      return same_objects(left, right);
    default:
      return true;
  }
}

std::string_view json_type(const Value& node) {
  switch (node.kind()) {
    case Kind::kNull:
      return "null";
    case Kind::kBoolean:
      return "boolean";
    case Kind::kString:
      return "string";
    case Kind::kArray:
      return "array";
    case Kind::kMap:
      return "object";
    default:
      return is_whole(node) ? "integer" : "number";
  }
}

std::string short_text(const Value& node) {
  constexpr size_t kShort = 100;
  if (node.kind() == Kind::kBytes) return std::string(node.as_bytes().substr(0, kShort));
  if (is_array(node) || is_object(node)) return "the " + std::string(json_type(node));
  json::TextBuffer out;
  json::write_value(out, node);
  if (out.size() <= kShort) return std::string(out.view());
  size_t end = kShort;
  while (end > 0 && (static_cast<unsigned char>(out.view()[end]) & 0xC0) == 0x80) --end;
  return std::string(out.view().substr(0, end)) + "…";
}

}  // namespace sluice::json_schema
