#include "transforms/java_date_format.h"

#include <charconv>

#include "transforms/date_names.h"
#include "transforms/floor_math.h"

namespace sluice::transforms {
namespace {

using Field = CalendarField;

constexpr std::string_view kLetters = "GyMdkHmsSEDFwWahKzZYuXL";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

void append_number(std::string& out, int64_t number, int digits) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, number < 0 ? -number : number).ptr;
  if (number < 0) out.push_back('-');
  for (auto size = end - text; size < digits; ++size) out.push_back('0');
  out.append(text, end);
}

Error illegal(std::string message) { return bad_config(std::move(message)); }

}  // namespace

CalendarField calendar_field_of(char letter) {
  switch (letter) {
    case 'y':
      return CalendarField::kYear;
    case 'Y':
      return CalendarField::kWeekYear;
    case 'M':
    case 'L':
      return CalendarField::kMonth;
    case 'd':
      return CalendarField::kDayOfMonth;
    case 'k':
    case 'H':
      return CalendarField::kHourOfDay;
    case 'm':
      return CalendarField::kMinute;
    case 's':
      return CalendarField::kSecond;
    case 'S':
      return CalendarField::kMillisecond;
    case 'E':
    case 'u':
      return CalendarField::kDayOfWeek;
    case 'D':
      return CalendarField::kDayOfYear;
    case 'F':
      return CalendarField::kDayOfWeekInMonth;
    case 'w':
      return CalendarField::kWeekOfYear;
    case 'W':
      return CalendarField::kWeekOfMonth;
    case 'a':
      return CalendarField::kAmPm;
    case 'h':
    case 'K':
      return CalendarField::kHour;
    default:
      return CalendarField::kEra;
  }
}

void JavaDateFormat::add_literal(std::string text) {
  if (text.empty()) return;
  if (!parts_.empty() && parts_.back().letter == 0) {
    parts_.back().literal += text;
    return;
  }
  Part part;
  part.literal = std::move(text);
  parts_.push_back(std::move(part));
}

Status JavaDateFormat::add_letters(char letter, int count) {
  if (kLetters.find(letter) == std::string_view::npos)
    return illegal(std::string("Illegal pattern character '") + letter + "'");
  if (letter == 'X' && count > 3) return illegal("invalid ISO 8601 format: length=" + std::to_string(count));
  Part part;
  part.letter = letter;
  part.count = count;
  parts_.push_back(std::move(part));
  return {};
}

void JavaDateFormat::find_adjacent_numbers() {
  static constexpr std::string_view kNumbers = "ydkHmsSDFwWhKYu";
  for (size_t i = 0; i + 1 < parts_.size(); ++i) {
    const Part& next = parts_[i + 1];
    const bool month = next.letter == 'M' || next.letter == 'L';
    parts_[i].adjacent =
        next.letter != 0 && (month ? next.count <= 2 : kNumbers.find(next.letter) != std::string_view::npos);
  }
}

Result<JavaDateFormat> JavaDateFormat::compile(std::string_view pattern, int64_t now_ms) {
  JavaDateFormat format;
  format.pattern_ = pattern;
  bool quoted = false;
  for (size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (c == '\'') {
      if (pattern.substr(i + 1).starts_with('\'')) {
        format.add_literal("'");
        i += 2;
      } else {
        quoted = !quoted;
        ++i;
      }
    } else if (quoted || !is_letter(c)) {
      format.add_literal(std::string(1, c));
      ++i;
    } else {
      const size_t end = std::min(pattern.find_first_not_of(c, i), pattern.size());
      SLUICE_RETURN_IF_ERROR(format.add_letters(c, static_cast<int>(end - i)));
      i = end;
    }
  }
  if (quoted) return illegal("Unterminated quote");
  format.find_adjacent_numbers();
  CalendarDate century = to_calendar_date(now_ms);
  CalendarBuilder start;
  for (const Field field : {Field::kYear, Field::kMonth, Field::kDayOfMonth})
    start.set(field, century[field]);
  start.add_years(-80);
  format.century_start_ms_ = start.time_ms() + floor_mod(now_ms, kDayMs);
  format.century_start_year_ = static_cast<int>(to_calendar_date(format.century_start_ms_)[Field::kYear]);
  return format;
}

void JavaDateFormat::format_part(std::string& out, const Part& part, const CalendarDate& date) {
  const int64_t value = date[calendar_field_of(part.letter)];
  const auto name = [&](std::span<const std::string_view> names, int64_t index) {
    const std::string_view whole = names[static_cast<size_t>(index)];
    out.append(part.count >= 4 ? whole : whole.substr(0, kShortNameSize));
  };
  switch (part.letter) {
    case 'G':
      out.append(era_names()[static_cast<size_t>(value)]);
      break;
    case 'y':
    case 'Y':
      append_number(out, part.count == 2 ? value % 100 : value, part.count);
      break;
    case 'M':
    case 'L':
      if (part.count >= 3) {
        name(month_names(), value);
      } else {
        append_number(out, value + 1, part.count);
      }
      break;
    case 'E':
      name(weekday_names(), value - 1);
      break;
    case 'u':
      append_number(out, value == 1 ? 7 : value - 1, part.count);
      break;
    case 'a':
      out.append(half_day_names()[static_cast<size_t>(value)]);
      break;
    case 'k':
      append_number(out, value == 0 ? 24 : value, part.count);
      break;
    case 'h':
      append_number(out, value == 0 ? 12 : value, part.count);
      break;
    case 'z':
      out.append(part.count >= 4 ? "Coordinated Universal Time" : "UTC");
      break;
    case 'Z':
      out.append("+0000");
      break;
    case 'X':
      out.push_back('Z');
      break;
    default:
      append_number(out, value, part.count);
  }
}

void JavaDateFormat::format(std::string& out, int64_t ms) const {
  const CalendarDate date = to_calendar_date(ms);
  for (const Part& part : parts_) {
    if (part.letter == 0) {
      out.append(part.literal);
    } else {
      format_part(out, part, date);
    }
  }
}

}  // namespace sluice::transforms
