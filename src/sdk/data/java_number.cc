#include "sdk/data/java_number.h"

#include <charconv>
#include <cstdint>
#include <limits>

namespace sluice::sdk {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

struct Scanned {
  std::string_view number;  // without sign, "0x" and suffix
  bool hex = false;
  bool ok = false;
};

std::string_view trim(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

/// Checks the grammar of an unsigned number; std::from_chars takes less and more than Java does.
Scanned scan(std::string_view text) {
  Scanned result;
  result.hex = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  if (result.hex) text.remove_prefix(2);
  const auto is_mantissa_digit = result.hex ? is_hex_digit : is_digit;
  size_t at = 0;
  size_t digits = 0;
  bool point = false;
  for (; at < text.size() && (is_mantissa_digit(text[at]) || (text[at] == '.' && !point)); ++at) {
    if (text[at] == '.') {
      point = true;
    } else {
      ++digits;
    }
  }
  if (digits == 0) return result;
  const bool exponent =
      at < text.size() && (result.hex ? (text[at] | 0x20) == 'p' : (text[at] | 0x20) == 'e');
  if (result.hex && !exponent) return result;  // Java requires it there
  if (exponent) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const size_t first = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    if (at == first) return result;
  }
  result.number = text.substr(0, at);
  const std::string_view rest = text.substr(at);
  const char suffix = rest.empty() ? '\0' : static_cast<char>(rest[0] | 0x20);
  result.ok = rest.empty() || (rest.size() == 1 && (suffix == 'd' || suffix == 'f'));
  return result;
}

/// Whether a number out of the type's range is too large, not too small: decided by where its first digit
/// stands.
bool is_huge(const Scanned& scanned) {
  int64_t magnitude = 0;  // of the first non-zero digit, in digits before the point
  bool seen = false;
  bool point = false;
  size_t at = 0;
  for (; at < scanned.number.size(); ++at) {
    const char c = scanned.number[at];
    if (c == '.') {
      point = true;
    } else if (c == (scanned.hex ? 'p' : 'e') || c == (scanned.hex ? 'P' : 'E')) {
      break;
    } else {
      seen = seen || c != '0';
      if (seen && !point) ++magnitude;
      if (!seen && point) --magnitude;
    }
  }
  if (scanned.hex) magnitude *= 4;
  if (at < scanned.number.size()) {
    std::string_view exponent = scanned.number.substr(at + 1);
    const bool negative = exponent[0] == '-';
    if (negative || exponent[0] == '+') exponent.remove_prefix(1);
    int64_t value = 0;
    for (const char c : exponent) {
      if (value < 1'000'000'000'000) value = value * 10 + (c - '0');
    }
    magnitude += negative ? -value : value;
  }
  return magnitude > 0;
}

template <typename Float>
std::optional<Float> parse(std::string_view text) {
  text = trim(text);
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const auto signed_value = [negative](Float value) { return negative ? -value : value; };
  if (text == "NaN") return std::numeric_limits<Float>::quiet_NaN();
  if (text == "Infinity") return signed_value(std::numeric_limits<Float>::infinity());
  const Scanned scanned = scan(text);
  if (!scanned.ok) return std::nullopt;
  Float value = 0;
  const char* last = scanned.number.data() + scanned.number.size();
  const auto format = scanned.hex ? std::chars_format::hex : std::chars_format::general;
  if (std::from_chars(scanned.number.data(), last, value, format).ec == std::errc::result_out_of_range) {
    value = is_huge(scanned) ? std::numeric_limits<Float>::infinity() : Float{0};
  }
  return signed_value(value);
}

}  // namespace

std::optional<double> parse_java_float64(std::string_view text) { return parse<double>(text); }
std::optional<float> parse_java_float32(std::string_view text) { return parse<float>(text); }

}  // namespace sluice::sdk
