#include "formats/json_schema/json_tree.h"

#include <algorithm>
#include <charconv>

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
  const auto size = left.exponent != right.exponent ? left.exponent <=> right.exponent
                                                    : left.digits.compare(right.digits) <=> 0;
  return left.negative ? 0 <=> size : size;
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
