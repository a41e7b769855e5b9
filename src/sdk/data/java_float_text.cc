// Java's Double.toString and Float.toString as JDK 17 writes them. That algorithm yields the shortest decimal
// strictly inside an interval of half a unit in the last place around the value, with three quirks that
// std::to_chars lacks:
//   - the interval's ends do not count (2E23 is an exact tie and becomes 1.9999999999999998E23),
//   - around a power of two the narrower half of the interval counts on both sides,
//   - whole numbers below 2^63 are written from their exact digits, cut to the precision of the type.
// One is left out: between 2.4E25 and 9.7E25 Java rounds the last digit wrongly for one number in some
// hundred.

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

#include "sdk/data/values.h"

namespace sluice::sdk {
namespace {

__extension__ using Uint128 = unsigned __int128;  // ISO C++ has no name for it

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
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
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

template <typename Float>
Float parse_digits(const Digits& digits) {
  std::array<char, 64> text;
  std::memcpy(text.data(), digits.text.data(), static_cast<size_t>(digits.count));
  char* at = text.data() + digits.count;
  *at++ = 'e';
  at = std::to_chars(at, text.data() + text.size(), digits.exponent - digits.count).ptr;
  Float value = 0;
  std::from_chars(text.data(), at, value);
  return value;
}

/// Whether the digits lie exactly between `value` (at least 2^52) and a neighbour: digits × 10^k = odd × 2^e
/// then, so 5^k divides a number of 54 bits.
template <typename Float>
bool is_exact_tie(const Digits& digits, Float value) {
  int shift = 0;
  const Float mantissa = std::frexp(value, &shift);
  constexpr int kBits = std::numeric_limits<Float>::digits;
  const auto whole = static_cast<uint64_t>(std::ldexp(mantissa, kBits));  // value = whole × 2^(shift - kBits)
  const int power = digits.exponent - digits.count;
  if (power < 0 || power > 23) return false;
  uint64_t number = 0;
  std::from_chars(digits.text.data(), digits.text.data() + digits.count, number);
  const int twos = std::countr_zero(number);
  Uint128 odd = number >> twos;
  for (int i = 0; i < power; ++i) odd *= 5;
  return twos + power == shift - kBits - 1 && (odd == 2 * whole + 1 || odd == 2 * whole - 1);
}

/// Whether the digits lie strictly inside the interval. Around powers of two, and below the normal numbers,
/// long doubles are exact enough: a test over all of them has shown it.
template <typename Float>
bool is_inside(const Digits& digits, Float value, long double half, bool plain) {
  if (plain) return parse_digits<Float>(digits) == value && !is_exact_tie(digits, value);
  const auto number = parse_digits<long double>(digits);
  const auto exact = static_cast<long double>(value);
  return number > exact - half && number < exact + half;
}

/// Java's estimate of floor(log10(value)) + 1, which is at times one too high.
template <typename Float>
int guessed_exponent(Float value) {
  int exponent = 0;
  const double mantissa = std::frexp(static_cast<double>(value), &exponent) * 2;
  const double estimate = (mantissa - 1.5) * 0.289529654 + 0.176091259 + (exponent - 1) * 0.301029995663981;
  return static_cast<int>(std::floor(estimate)) + 1;
}

/// The shortest decimal strictly inside the open interval, at least two digits where the form has an
/// exponent.
template <typename Float>
Digits open_interval_digits(Float value, bool power_of_two) {
  const Float above = std::nextafter(value, std::numeric_limits<Float>::infinity());
  long double unit = static_cast<long double>(above) - static_cast<long double>(value);
  if (std::isinf(above))
    unit = static_cast<long double>(value) - static_cast<long double>(std::nextafter(value, Float{0}));
  const long double half = power_of_two ? unit / 4 : unit / 2;
  const bool plain = !power_of_two && value >= std::numeric_limits<Float>::min();
  Digits digits;
  for (int precision = 0; precision < 18; ++precision) {
    std::array<char, 64> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                   std::chars_format::scientific, precision);
    digits = read_scientific(buffer.data(), end.ptr);
    const bool has_exponent = digits.exponent <= -3 || digits.exponent > 7;
    // One digit is not enough there, unless Java's guess of the exponent was one too high.
    if (precision == 0 && has_exponent &&
        (digits.text[0] != '1' || guessed_exponent(value) < digits.exponent))
      continue;
    if (is_inside(digits, value, half, plain)) break;
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
  const bool power_of_two = biased == 0 ? std::has_single_bit(fraction) : fraction == 0;
  if (biased == 0 || fraction == 0 || exponent >= kMantissaBits)
    return open_interval_digits(value, power_of_two);
  return shortest_digits(value);
}

char* write_text(char* to, std::string_view text) {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

char* write_zeros(char* to, size_t count) {
  std::memset(to, '0', count);
  return to + count;
}

char* write_digits(char* to, const Digits& digits) {
  const std::string_view text(digits.text.data(), static_cast<size_t>(digits.count));
  if (digits.exponent > 0 && digits.exponent < 8) {  // 123.45
    const auto before = static_cast<size_t>(digits.exponent);
    if (text.size() > before) {
      to = write_text(to, text.substr(0, before));
      *to++ = '.';
      return write_text(to, text.substr(before));
    }
    return write_text(write_zeros(write_text(to, text), before - text.size()), ".0");
  }
  if (digits.exponent <= 0 && digits.exponent > -3) {  // 0.00123
    return write_text(write_zeros(write_text(to, "0."), static_cast<size_t>(-digits.exponent)), text);
  }
  *to++ = text[0];
  *to++ = '.';
  to = write_text(to, text.size() > 1 ? text.substr(1) : "0");
  *to++ = 'E';
  return std::to_chars(to, to + 5, digits.exponent - 1).ptr;
}

/// Prices and measurements have few decimals: whole / 10^n, rounded once, is the number itself then, and no
/// shorter text is. Null: the number is none of these.
char* write_few_decimals(char* to, double value) {
  if (!(value >= 1e-3 && value < 1e7)) return nullptr;
  double power = 10;
  for (size_t decimals = 1; decimals <= 3; ++decimals, power *= 10) {
    // What is rounded wrongly is no hit, so that the cheap way to round will do.
    const auto whole = static_cast<uint64_t>(value * power + 0.5);  // NOLINT(bugprone-incorrect-roundings)
    if (static_cast<double>(whole) / power != value) continue;
    const auto unit = static_cast<uint64_t>(power);
    to = std::to_chars(to, to + 8, whole / unit).ptr;
    *to++ = '.';
    uint64_t rest = whole % unit;
    for (size_t i = decimals; i-- > 0; rest /= 10) to[i] = static_cast<char>('0' + rest % 10);
    return to + decimals;
  }
  return nullptr;
}

template <typename Float>
char* write_java(char* to, Float value) {
  if (std::isnan(value)) return write_text(to, "NaN");
  if (std::signbit(value)) {
    *to++ = '-';
    value = -value;
  }
  if (std::isinf(value)) return write_text(to, "Infinity");
  if (value == 0) return write_text(to, "0.0");
  if constexpr (sizeof(Float) == 8) {
    if (char* end = write_few_decimals(to, value)) return end;
  }
  return write_digits(to, java_digits(value));
}

template <typename Float>
void append_java(std::string& out, Float value) {
  std::array<char, kJavaFloatMax> text;
  out.append(text.data(), write_java(text.data(), value));
}

}  // namespace

char* write_java_float64(char* to, double value) { return write_java(to, value); }
char* write_java_float32(char* to, float value) { return write_java(to, value); }
void append_java_float64(std::string& out, double value) { append_java(out, value); }
void append_java_float32(std::string& out, float value) { append_java(out, value); }

}  // namespace sluice::sdk
