#include "connectors/cdc/mysql/text_cells.h"

#include <charconv>

#include "connectors/cdc/common/temporal.h"

namespace sluice::connectors::cdc::mysql {
namespace {

constexpr int kMicroDigits = 6;

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

bool take_number(std::string_view& text, int64_t& number) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || number < 0) return false;
  text.remove_prefix(static_cast<size_t>(parsed.ptr - text.data()));
  return true;
}

/// ".5" of a second; more than six digits are cut.
int64_t take_fraction(std::string_view& text) {
  if (!take(text, '.')) return 0;
  int64_t micros = 0;
  int digits = 0;
  for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1), ++digits) {
    if (digits < kMicroDigits) micros = micros * 10 + (text[0] - '0');
  }
  for (; digits < kMicroDigits; ++digits) micros *= 10;
  return micros;
}

/// Hours, minutes and, perhaps, seconds.
std::optional<int64_t> take_time(std::string_view& text) {
  int64_t hours = 0;
  int64_t minutes = 0;
  int64_t seconds = 0;
  if (!take_number(text, hours) || !take(text, ':') || !take_number(text, minutes)) return std::nullopt;
  if (take(text, ':') && !take_number(text, seconds)) return std::nullopt;
  return (hours * 3600 + minutes * 60 + seconds) * kMicrosPerSecond + take_fraction(text);
}

}  // namespace

std::optional<Civil> parse_civil(std::string_view text) {
  int64_t year = 0;
  int64_t month = 0;
  int64_t day = 0;
  if (!take_number(text, year) || !take(text, '-') || !take_number(text, month) || !take(text, '-') ||
      !take_number(text, day) || year > 9999 || month > 12 || day > 31)
    return std::nullopt;
  Civil civil{static_cast<int32_t>(year), static_cast<uint8_t>(month), static_cast<uint8_t>(day), 0};
  if (text.empty()) return civil;
  if (!take(text, ' ') && !take(text, 'T')) return std::nullopt;
  const auto time = take_time(text);
  if (!time || !text.empty()) return std::nullopt;
  civil.micros_of_day = *time;
  return civil;
}

std::optional<int64_t> parse_duration(std::string_view text) {
  const bool negative = take(text, '-');
  const auto micros = take_time(text);
  if (!micros || !text.empty()) return std::nullopt;
  return negative ? -*micros : *micros;
}

}  // namespace sluice::connectors::cdc::mysql
