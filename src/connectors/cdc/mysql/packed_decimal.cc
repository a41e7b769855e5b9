#include "connectors/cdc/mysql/packed_decimal.h"

#include <algorithm>

namespace sluice::connectors::cdc::mysql {
namespace {

constexpr int kDigitsPerGroup = 9;
constexpr int kGroupSize = 4;
constexpr int kSizes[] = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};
constexpr int kDigitsMax = 80;

/// Calls `take(number, digits)` for each group, from the most significant on.
template <typename Take>
bool read_groups(BytesView bytes, int precision, int scale, Take take) {
  const bool negative = (static_cast<unsigned char>(bytes[0]) & 0x80) == 0;
  const auto mask = static_cast<unsigned char>(negative ? 0xff : 0);
  const char* at = bytes.data();
  bool first = true;
  const auto group = [&](int digits) {
    uint32_t number = 0;
    for (int i = 0; i < kSizes[digits]; ++i) {
      auto byte = static_cast<unsigned char>(*at++);
      if (first) byte ^= 0x80;
      first = false;
      number = number << 8 | static_cast<unsigned char>(byte ^ mask);
    }
    take(number, digits);
  };
  const int whole = precision - scale;
  if (whole % kDigitsPerGroup != 0) group(whole % kDigitsPerGroup);
  for (int i = 0; i < whole / kDigitsPerGroup; ++i) group(kDigitsPerGroup);
  for (int i = 0; i < scale / kDigitsPerGroup; ++i) group(kDigitsPerGroup);
  if (scale % kDigitsPerGroup != 0) group(scale % kDigitsPerGroup);
  return negative;
}

}  // namespace

size_t decimal_size(int precision, int scale) {
  const auto bytes = [](int digits) {
    return digits / kDigitsPerGroup * kGroupSize + kSizes[digits % kDigitsPerGroup];
  };
  const int size = bytes(precision - scale) + bytes(scale);
  return static_cast<size_t>(size);
}

int64_t small_decimal_of(BytesView bytes, int precision, int scale) {
  static constexpr int64_t kPowers[] = {1,       10,        100,        1'000,       10'000,
                                        100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};
  uint64_t unscaled = 0;
  const bool negative = read_groups(bytes, precision, scale, [&](uint32_t number, int digits) {
    unscaled = unscaled * static_cast<uint64_t>(kPowers[digits]) + number;
  });
  return negative ? -static_cast<int64_t>(unscaled) : static_cast<int64_t>(unscaled);
}

std::string_view decimal_text(BytesView bytes, int precision, int scale, sdk::Arena& arena) {
  char digits[kDigitsMax] = {};
  char* end = digits;
  const bool negative = read_groups(bytes, precision, scale, [&](uint32_t number, int count) {
    for (int i = count - 1; i >= 0; --i, number /= 10) end[i] = static_cast<char>('0' + number % 10);
    end += count;
  });
  const char* point = digits + (precision - scale);
  const char* start = std::find_if(static_cast<const char*>(digits), point, [](char c) { return c != '0'; });
  char text[kDigitsMax + 4];
  char* to = text;
  if (negative) *to++ = '-';
  if (start == point) *to++ = '0';
  to = std::copy(start, point, to);
  if (scale > 0) {
    *to++ = '.';
    to = std::copy(point, static_cast<const char*>(end), to);
  }
  return arena.copy({text, static_cast<size_t>(to - text)});
}

}  // namespace sluice::connectors::cdc::mysql
