// Reading: SimpleDateFormat.parse, lenient.

#include <charconv>

#include "transforms/date_names.h"
#include "transforms/java_date_format.h"

namespace sluice::transforms {

using Field = CalendarField;

/// Takes one part after the other off the text. Its functions are false if the text does not fit.
class JavaDateFormat::Reader {
 public:
  Reader(const JavaDateFormat& format, std::string_view text) : format_(format), text_(text) {}

  std::optional<int64_t> read() {
    for (const Part& part : format_.parts_) {
      if (!(part.letter == 0 ? read_literal(part.literal) : read_field(part))) return std::nullopt;
    }
    int64_t ms = calendar_.time_ms();
    if (ambiguous_ && ms < format_.century_start_ms_) {
      calendar_.add_years(100);
      ms = calendar_.time_ms();
    }
    return ms;
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  std::string_view rest() const { return text_.substr(at_); }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  bool read_literal(const std::string& literal) {
    if (!rest().starts_with(literal)) return false;
    at_ += literal.size();
    return true;
  }

  bool read_field(const Part& part) {
    const size_t limit = part.adjacent ? at_ + static_cast<size_t>(part.count) : text_.size();
    while (!at_end() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    if (at_end()) return false;
    switch (part.letter) {
      case 'G':
        return read_name(Field::kEra, era_names(), std::string_view::npos, 0);
      case 'E':
        return read_long_or_short_name(Field::kDayOfWeek, weekday_names(), 1);
      case 'a':
        return read_name(Field::kAmPm, half_day_names(), std::string_view::npos, 0);
      case 'M':
      case 'L':
        if (part.count > 2) return read_long_or_short_name(Field::kMonth, month_names(), 0);
        break;
      case 'z':
      case 'Z':
        return read_zone();
      case 'X':
        return read_iso_zone(part.count);
      default:
        break;
    }
    return limit <= text_.size() && read_number_field(part, limit);
  }

  bool read_name(Field field, std::span<const std::string_view> names, size_t size, int64_t first) {
    size_t matched = 0;
    const auto index = match_name(rest(), names, size, matched);
    if (!index) return false;
    at_ += matched;
    calendar_.set(field, static_cast<int64_t>(*index) + first);
    return true;
  }

  bool read_long_or_short_name(Field field, std::span<const std::string_view> names, int64_t first) {
    return read_name(field, names, std::string_view::npos, first) ||
           read_name(field, names, kShortNameSize, first);
  }

  bool read_number_field(const Part& part, size_t limit) {
    const size_t start = at_;
    int32_t number = 0;
    if (!read_number(limit, number)) return false;
    int64_t value = number;
    switch (part.letter) {
      case 'y':
      case 'Y':
        value = full_year(part, start, number);
        break;
      case 'M':
      case 'L':
        value = static_cast<int64_t>(number) - 1;
        break;
      case 'k':
        value = number == 24 ? 0 : number;
        break;
      case 'h':
        value = number == 12 ? 0 : number;
        break;
      case 'u':  // days from Monday; others than 1 to 7 are left to the calendar
        value = number == 7 ? 1 : number >= 1 && number < 7 ? number + 1 : number;
        break;
      default:
        break;
    }
    calendar_.set(calendar_field_of(part.letter), value);
    return true;
  }

  /// Two digits for a pattern of up to two letters lie within the century that began 80 years ago.
  int64_t full_year(const Part& part, size_t start, int32_t number) {
    if (part.count > 2 || at_ - start != 2 || !is_digit(text_[start]) || !is_digit(text_[start + 1]))
      return number;
    const int first = format_.century_start_year_ % 100;
    ambiguous_ = number == first;
    return number + format_.century_start_year_ / 100 * 100 + (number < first ? 100 : 0);
  }

  /// As DecimalFormat reads a whole number, exponent included, cut to 32 bits as Java's Number.intValue does.
  bool read_number(size_t limit, int32_t& number) {
    const std::string_view text = text_.substr(0, limit);
    size_t at = at_;
    const bool negative = at < text.size() && text[at] == '-';
    if (negative) ++at;
    const size_t first = at;
    double large = 0;
    uint64_t exact = 0;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      large = large * 10 + (text[at] - '0');
      exact = exact * 10 + static_cast<uint64_t>(text[at] - '0');
    }
    if (at == first) return false;
    read_exponent(text, at, large, exact);
    at_ = at;
    if (large < 9.2e18) {
      number = static_cast<int32_t>(negative ? 0 - exact : exact);
    } else {
      number = negative ? INT32_MIN : INT32_MAX;
    }
    return true;
  }

  static void read_exponent(std::string_view text, size_t& at, double& large, uint64_t& exact) {
    if (at >= text.size() || text[at] != 'E') return;
    int exponent = 0;
    const auto [end, error] = std::from_chars(text.data() + at + 1, text.data() + text.size(), exponent);
    if (error != std::errc()) return;
    at = static_cast<size_t>(end - text.data());
    for (; exponent > 0 && large > 0 && large < 9.2e18; --exponent) {
      large *= 10;
      exact *= 10;
    }
    for (; exponent < 0 && large >= 1; ++exponent) {
      large /= 10;
      exact /= 10;
    }
  }

  void set_offset(int64_t minutes) { calendar_.set(Field::kZoneOffset, minutes * 60'000); }

  bool read_zone() {
    const char c = text_[at_];
    if (c == '+' || c == '-') {
      ++at_;
      return read_offset(c == '-' ? -1 : 1, 0, false);
    }
    const ZoneName* zone = match_zone(rest());
    if (zone == nullptr) return false;
    at_ += zone->name.size();
    set_offset(zone->offset_minutes);
    if (zone->name != "GMT" || at_end() || (text_[at_] != '+' && text_[at_] != '-')) return true;
    const int sign = text_[at_++] == '-' ? -1 : 1;
    return read_offset(sign, 0, true);
  }

  bool read_iso_zone(int count) {
    const char c = text_[at_++];
    if (c == 'Z') {
      set_offset(0);
      return true;
    }
    if (c != '+' && c != '-') return false;
    return read_offset(c == '-' ? -1 : 1, count, count == 3);
  }

  bool take_digit(int& digit) {
    if (at_end() || !is_digit(text_[at_])) return false;
    digit = text_[at_++] - '0';
    return true;
  }

  /// hh, hhmm or hh:mm. `count` is that of X; 0 for the others, where `colon` allows a single digit for
  /// hours.
  bool read_offset(int sign, int count, bool colon) {
    int hours = 0;
    int minutes = 0;
    int digit = 0;
    if (!take_digit(hours)) return false;
    if (take_digit(digit)) {
      hours = hours * 10 + digit;
    } else if (at_end() || count > 0 || !colon) {
      return false;
    }
    if (hours > 23) return false;
    if (count != 1) {
      if (colon && (at_end() || text_[at_++] != ':')) return false;
      if (!take_digit(minutes) || !take_digit(digit)) return false;
      minutes = minutes * 10 + digit;
      if (minutes > 59) return false;
    }
    set_offset(static_cast<int64_t>(sign) * (hours * 60 + minutes));
    return true;
  }

  const JavaDateFormat& format_;
  const std::string_view text_;
  size_t at_ = 0;
  CalendarBuilder calendar_;
  bool ambiguous_ = false;
};

std::optional<int64_t> JavaDateFormat::parse(std::string_view text) const {
  return Reader(*this, text).read();
}

}  // namespace sluice::transforms
