#include "connectors/object_store/joda_format.h"

#include <fmt/core.h>

#include <cctype>
#include <cstdlib>

namespace sluice::connectors::object_store {
namespace {

constexpr std::string_view kLetters = "GCYyxwMdDEeaHhKkmsSzZ";
constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
constexpr std::string_view kDays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                      "Friday", "Saturday", "Sunday"};

bool is_text(char letter, int width) {
  return letter == 'G' || letter == 'a' || letter == 'E' || (letter == 'M' && width >= 3) ||
         (letter == 'z' && width >= 4);
}

std::string number(int64_t value, int width) { return fmt::format("{:0{}}", value, width); }

/// Two letters cut a year to its last two digits.
std::string year(int64_t value, int width) {
  return width == 2 ? number(std::llabs(value) % 100, 2) : number(value, width);
}

std::string offset_text(int64_t offset_ms, int width, const TimeZone& zone) {
  if (width >= 3) return zone.name();
  const int64_t minutes = std::llabs(offset_ms) / 60'000;
  return fmt::format("{}{:02}{}{:02}", offset_ms < 0 ? '-' : '+', minutes / 60, width == 2 ? ":" : "",
                     minutes % 60);
}

std::string name(std::string_view full, bool abbreviated) {
  return std::string(abbreviated ? full.substr(0, 3) : full);
}

std::string date_text(char letter, int width, const CivilTime& time) {
  switch (letter) {
    case 'G':
      return time.year > 0 ? "AD" : "BC";
    case 'C':
      return number(time.year / 100, width);
    case 'Y':
    case 'y':
      return year(time.year, width);
    case 'x':
      return year(time.week_year, width);
    case 'w':
      return number(time.week, width);
    case 'M':
      return width >= 3 ? name(kMonths[time.month - 1], width == 3) : number(time.month, width);
    case 'd':
      return number(time.day, width);
    case 'D':
      return number(time.day_of_year, width);
    case 'E':
      return name(kDays[time.day_of_week - 1], width < 4);
    default:  // e
      return number(time.day_of_week, width);
  }
}

std::string clock_text(char letter, int width, const CivilTime& time) {
  switch (letter) {
    case 'a':
      return time.hour < 12 ? "AM" : "PM";
    case 'H':
      return number(time.hour, width);
    case 'h':
      return number(time.hour % 12 == 0 ? 12 : time.hour % 12, width);
    case 'K':
      return number(time.hour % 12, width);
    case 'k':
      return number(time.hour == 0 ? 24 : time.hour, width);
    case 'm':
      return number(time.minute, width);
    case 's':
      return number(time.second, width);
    default: {  // S, a fraction: digits from the left
      std::string digits = number(time.millisecond, 3);
      digits.resize(static_cast<size_t>(width), '0');
      return digits;
    }
  }
}

}  // namespace

Result<JodaFormat> JodaFormat::parse(std::string_view pattern, std::string_view locale) {
  JodaFormat format;
  const auto add_literal = [&](char c) {
    if (format.tokens_.empty() || format.tokens_.back().letter != 0) format.tokens_.push_back({0, 0, ""});
    format.tokens_.back().literal += c;
  };
  for (size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (c == '\'') {
      const bool is_quote = i + 1 < pattern.size() && pattern[i + 1] == '\'';
      if (is_quote) {
        add_literal('\'');
        i += 2;
        continue;
      }
      size_t end = i + 1;
      for (; end < pattern.size(); ++end) {
        if (pattern[end] == '\'' && pattern.substr(end, 2) != "''") break;
        if (pattern[end] == '\'') ++end;  // two quotes are one
        add_literal(pattern[end]);
      }
      if (end >= pattern.size()) return bad_config("a quote (') is not closed");
      i = end + 1;
      continue;
    }
    if (std::isalpha(static_cast<unsigned char>(c)) == 0) {
      add_literal(c);
      ++i;
      continue;
    }
    size_t end = i;
    while (end < pattern.size() && pattern[end] == c) ++end;
    if (kLetters.find(c) == std::string_view::npos) {
      return bad_config(
          fmt::format("Illegal pattern component: {}. Quote text with '", pattern.substr(i, end - i)));
    }
    const int width = static_cast<int>(end - i);
    if (is_text(c, width) && !locale.empty() && !locale.starts_with("en")) {
      return unsupported(
          "names of months and days in the path are in English only; use numbers, or an en locale");
    }
    format.tokens_.push_back({c, width, ""});
    i = end;
  }
  return format;
}

std::string JodaFormat::format(int64_t utc_ms, const TimeZone& zone) const {
  const CivilTime time = civil_time(zone.to_local(utc_ms));
  std::string out;
  for (const Token& token : tokens_) {
    switch (token.letter) {
      case 0:
        out += token.literal;
        break;
      case 'z':
        out += zone.abbreviation(utc_ms);
        break;
      case 'Z':
        out += offset_text(zone.offset_ms(utc_ms), token.width, zone);
        break;
      default:
        out += std::string_view("aHhKkmsS").find(token.letter) != std::string_view::npos
                   ? clock_text(token.letter, token.width, time)
                   : date_text(token.letter, token.width, time);
    }
  }
  return out;
}

}  // namespace sluice::connectors::object_store
