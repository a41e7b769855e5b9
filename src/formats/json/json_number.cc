#include "formats/json/json_number.h"

#include <charconv>

#include "sdk/data/java_number.h"

namespace sluice::json {

using sdk::Kind;
using sdk::Value;

namespace {

/// BigDecimal knows no negative zero.
bool is_zero(std::string_view text) {
  return text.substr(0, text.find_first_of("eE")).find_first_of("123456789") == std::string_view::npos;
}

}  // namespace

bool is_json_number(const Value& node) { return node.kind() == Kind::kInt64 || node.kind() == Kind::kBytes; }

bool is_json_integer(const Value& node) {
  return node.kind() == Kind::kInt64 ||
         (node.kind() == Kind::kBytes && node.as_bytes().find_first_of(".eE") == BytesView::npos);
}

int64_t json_low_bits(const Value& node) {
  if (node.kind() == Kind::kInt64) return node.as_integer();
  if (node.kind() != Kind::kBytes) return 0;
  constexpr int64_t kZerosThatMatter = 64;  // 10^64 is a multiple of 2^64
  std::string_view text = node.as_bytes();
  const bool negative = text[0] == '-';
  if (negative) text.remove_prefix(1);
  const size_t exponent_at = text.find_first_of("eE");
  std::string_view mantissa = text.substr(0, exponent_at);
  int64_t exponent = 0;
  if (exponent_at != std::string_view::npos) {
    std::string_view digits = text.substr(exponent_at + 1);
    if (digits[0] == '+') digits.remove_prefix(1);
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  }
  const size_t point = mantissa.find('.');
  int64_t whole_digits =
      static_cast<int64_t>(point == std::string_view::npos ? mantissa.size() : point) + exponent;
  uint64_t bits = 0;
  for (const char c : mantissa) {
    if (c == '.') continue;
    if (whole_digits-- <= 0) break;
    bits = bits * 10 + static_cast<uint64_t>(c - '0');
  }
  if (whole_digits >= kZerosThatMatter) return 0;
  for (; whole_digits > 0; --whole_digits) bits *= 10;
  return static_cast<int64_t>(negative ? 0 - bits : bits);
}

double json_float64(const Value& node) {
  if (node.kind() == Kind::kInt64) return static_cast<double>(node.as_integer());
  if (node.kind() != Kind::kBytes) return 0;
  if (is_zero(node.as_bytes())) return 0;
  return sdk::parse_java_float64(node.as_bytes()).value_or(0);
}

float json_float32(const Value& node) {
  if (node.kind() == Kind::kInt64) return static_cast<float>(node.as_integer());
  if (node.kind() != Kind::kBytes) return 0;
  if (is_zero(node.as_bytes())) return 0;
  return sdk::parse_java_float32(node.as_bytes()).value_or(0);
}

}  // namespace sluice::json
