#include "connectors/sql/postgres/numeric.h"

#include <algorithm>
#include <vector>

#include "connectors/sql/postgres/encode.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

constexpr uint16_t kNegative = 0x4000;
constexpr int kDigitWidth = 4;
constexpr uint64_t kBase = 10'000;
constexpr int kPowersMax = 19;
constexpr int kDigitsMax = 12;  // of an int64 with up to 18 places
constexpr int kHeaderBytes = 8;

uint64_t power_of_ten(int exponent) {
  uint64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

/// Digits, the first of them not 0 unless there are none, trailing zeros cut.
void append(std::string& out, const uint16_t* digits, int count, int weight, bool negative, int scale) {
  while (count > 0 && digits[0] == 0) {
    ++digits;
    --count;
    --weight;
  }
  while (count > 0 && digits[count - 1] == 0) --count;
  append_big_endian(out, static_cast<int32_t>(kHeaderBytes + 2 * count));
  append_big_endian(out, static_cast<int16_t>(count));
  append_big_endian(out, static_cast<int16_t>(count == 0 ? 0 : weight));
  append_big_endian(out, static_cast<uint16_t>(negative && count > 0 ? kNegative : 0));
  append_big_endian(out, static_cast<uint16_t>(std::max(scale, 0)));
  for (int i = 0; i < count; ++i) append_big_endian(out, digits[i]);
}

/// value × 10^-scale, 0 <= scale <= 18.
void append_small(std::string& out, int64_t value, int scale) {
  const bool negative = value < 0;
  const uint64_t magnitude = negative ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value);
  const uint64_t unit = power_of_ten(scale);
  uint64_t whole = magnitude / unit;
  // The fraction in full digits of four places.
  const int fraction_digits = (scale + kDigitWidth - 1) / kDigitWidth;
  auto fraction =
      static_cast<unsigned __int128>(magnitude % unit) * power_of_ten(fraction_digits * kDigitWidth - scale);
  uint16_t digits[kDigitsMax] = {};
  int at = kDigitsMax;
  for (int i = 0; i < fraction_digits; ++i, fraction /= kBase)
    digits[--at] = static_cast<uint16_t>(fraction % kBase);
  int whole_digits = 0;
  for (; whole != 0; whole /= kBase, ++whole_digits) digits[--at] = static_cast<uint16_t>(whole % kBase);
  append(out, digits + at, kDigitsMax - at, whole_digits - 1, negative, scale);
}

/// Any size, by way of its text.
void append_large(std::string& out, BytesView unscaled, int32_t scale) {
  std::string text;
  sdk::append_decimal_plain(text, unscaled, scale);
  const bool negative = text[0] == '-';
  if (negative) text.erase(0, 1);
  const size_t point = std::min(text.find('.'), text.size());
  std::string whole = text.substr(0, point);
  std::string fraction = point < text.size() ? text.substr(point + 1) : "";
  whole.insert(0, (kDigitWidth - whole.size() % kDigitWidth) % kDigitWidth, '0');
  fraction.append((kDigitWidth - fraction.size() % kDigitWidth) % kDigitWidth, '0');
  const std::string all = whole + fraction;
  std::vector<uint16_t> digits;
  for (size_t i = 0; i < all.size(); i += kDigitWidth)
    digits.push_back(static_cast<uint16_t>(std::stoi(all.substr(i, kDigitWidth))));
  append(out, digits.data(), static_cast<int>(digits.size()),
         static_cast<int>(whole.size() / kDigitWidth) - 1, negative, scale);
}

}  // namespace

void append_pg_numeric(std::string& out, int64_t value) { append_small(out, value, 0); }

void append_pg_numeric(std::string& out, BytesView unscaled, int32_t scale) {
  if (unscaled.size() > sizeof(int64_t) || scale < 0 || scale >= kPowersMax) {
    append_large(out, unscaled, scale);
    return;
  }
  uint64_t number = !unscaled.empty() && (unscaled[0] & 0x80) != 0 ? ~uint64_t{0} : 0;
  for (const char byte : unscaled) number = number << 8 | static_cast<uint8_t>(byte);
  append_small(out, static_cast<int64_t>(number), scale);
}

}  // namespace sluice::connectors::sql
