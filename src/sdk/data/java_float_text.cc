// Java's Double.toString and Float.toString as JDK 17 writes them. That algorithm yields the shortest decimal strictly
// inside an interval of half a unit in the last place around the value, with three quirks that std::to_chars lacks:
//   - the interval's ends do not count (2.0E23, an exact tie, needs 17 digits),
//   - around a power of two the narrower half of the interval counts on both sides,
//   - whole numbers below 2^63 are written from their exact digits, cut to the precision of the type.

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "sdk/data/values.h"

namespace sluice::sdk {
namespace {

/// A decimal: 0.d1d2d3… × 10^exponent.
struct Digits {
  std::array<char, 32> text;
  int count = 0;
  int exponent = 0;

  void strip_zeros() {
    while (count > 1 && text[static_cast<size_t>(count) - 1] == '0') --count;
  }
};

/// From std::to_chars' scientific form: "d.ddde+xx".
Digits read_scientific(const char* begin, const char* end) {
  Digits digits;
  const char* at = begin;
  for (; at != end && *at != 'e'; ++at) {
    if (*at != '.') digits.text[static_cast<size_t>(digits.count++)] = *at;
  }
  int exponent = 0;
  if (at != end) std::from_chars(at[1] == '+' ? at + 2 : at + 1, end, exponent);
  digits.exponent = exponent + 1;
  digits.strip_zeros();
  return digits;
}

template <typename Float>
Digits shortest_digits(Float value) {
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  return read_scientific(buffer.data(), end.ptr);
}

/// `whole` < 2^63, with the digits beyond the type's precision rounded away.
Digits whole_digits(uint64_t whole, int binary_exponent, int significant_bits) {
  int exponent = 0;
  const int excess = binary_exponent - significant_bits - 1;
  if (excess > 1) {
    const int dropped = excess * 1233 >> 12;  // floor(excess * log10(2)) for what can occur here
    uint64_t power = 1;
    for (int i = 0; i < dropped; ++i) power *= 10;
    if (dropped > 0) whole = whole / power + (whole % power >= power / 2 ? 1 : 0);
    exponent = dropped;
  }
  Digits digits;
  const auto end = std::to_chars(digits.text.data(), digits.text.data() + digits.text.size(), whole);
  digits.count = static_cast<int>(end.ptr - digits.text.data());
  digits.exponent = exponent + digits.count;
  digits.strip_zeros();
  return digits;
}

/// The digits as an exact comparison partner: sign of (digits - bound), bound = mantissa × 2^exponent, in arithmetic
/// that is exact where both are representable and never wrong about "equal".
int compare_to_bound(const Digits& digits, long double bound) {
  std::array<char, 64> text;
  std::memcpy(text.data(), digits.text.data(), static_cast<size_t>(digits.count));
  char* at = text.data() + digits.count;
  *at++ = 'e';
  at = std::to_chars(at, text.data() + text.size(), digits.exponent - digits.count).ptr;
  long double value = 0;
  std::from_chars(text.data(), at, value);
  return value < bound ? -1 : value > bound ? 1 : 0;
}

/// The shortest decimal strictly inside the open interval, at least two digits where the form has an exponent.
template <typename Float>
Digits open_interval_digits(Float value, bool power_of_two) {
  const Float above = std::nextafter(value, std::numeric_limits<Float>::infinity());
  long double unit = static_cast<long double>(above) - static_cast<long double>(value);
  if (std::isinf(above)) unit = static_cast<long double>(value) - static_cast<long double>(std::nextafter(value, Float{0}));
  const long double half = power_of_two ? unit / 4 : unit / 2;
  const auto exact = static_cast<long double>(value);
  Digits digits;
  for (int precision = 0; precision < 18; ++precision) {
    std::array<char, 64> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific,
                                   precision);
    digits = read_scientific(buffer.data(), end.ptr);
    const bool has_exponent = digits.exponent <= -3 || digits.exponent > 7;
    if (precision == 0 && has_exponent) continue;
    if (compare_to_bound(digits, exact - half) > 0 && compare_to_bound(digits, exact + half) < 0) break;
  }
  return digits;
}

template <typename Float>
Digits java_digits(Float value) {
  constexpr bool kIsDouble = sizeof(Float) == 8;
  constexpr int kMantissaBits = kIsDouble ? 52 : 23;
  constexpr int kBias = kIsDouble ? 1023 : 127;
  using Bits = std::conditional_t<kIsDouble, uint64_t, uint32_t>;
  const auto bits = std::bit_cast<Bits>(value);
  const auto fraction = static_cast<uint64_t>(bits & ((Bits{1} << kMantissaBits) - 1));
  const int biased = static_cast<int>(bits >> kMantissaBits);  // the sign has been taken off
  const int exponent = biased - kBias;
  const bool whole = biased != 0 && exponent <= 62 && exponent >= 0 && std::floor(value) == value;
  if (whole) return whole_digits(static_cast<uint64_t>(value), exponent, kMantissaBits + 1);
  if (biased == 0 || fraction == 0 || exponent >= kMantissaBits) return open_interval_digits(value, fraction == 0);
  return shortest_digits(value);
}

void append_digits(std::string& out, const Digits& digits) {
  const char* text = digits.text.data();
  const auto count = static_cast<size_t>(digits.count);
  if (digits.exponent > 0 && digits.exponent < 8) {  // 123.45
    const auto before = static_cast<size_t>(digits.exponent);
    if (count > before) {
      out.append(text, before).push_back('.');
      out.append(text + before, count - before);
    } else {
      out.append(text, count).append(before - count, '0').append(".0");
    }
  } else if (digits.exponent <= 0 && digits.exponent > -3) {  // 0.00123
    out.append("0.").append(static_cast<size_t>(-digits.exponent), '0').append(text, count);
  } else {
    out.push_back(text[0]);
    out.push_back('.');
    if (count > 1) {
      out.append(text + 1, count - 1);
    } else {
      out.push_back('0');
    }
    std::array<char, 8> exponent;
    const auto end = std::to_chars(exponent.data(), exponent.data() + exponent.size(), digits.exponent - 1);
    out.push_back('E');
    out.append(exponent.data(), end.ptr);
  }
}

template <typename Float>
void append_java(std::string& out, Float value) {
  if (std::isnan(value)) {
    out.append("NaN");
    return;
  }
  if (std::signbit(value)) {
    out.push_back('-');
    value = -value;
  }
  if (std::isinf(value)) {
    out.append("Infinity");
  } else if (value == 0) {
    out.append("0.0");
  } else {
    append_digits(out, java_digits(value));
  }
}

}  // namespace

void append_java_float64(std::string& out, double value) { append_java(out, value); }
void append_java_float32(std::string& out, float value) { append_java(out, value); }

}  // namespace sluice::sdk
