#include "connectors/object_store/time_zone.h"

#include <date/date.h>
#include <date/tz.h>

#include <algorithm>
#include <cctype>

namespace sluice::connectors::object_store {
namespace {

using std::chrono::milliseconds;

constexpr int64_t kDayMs = 86'400'000;

date::sys_time<milliseconds> instant(int64_t utc_ms) {
  return date::sys_time<milliseconds>(milliseconds(utc_ms));
}

int64_t floor_div(int64_t value, int64_t by) { return value >= 0 ? value / by : -((-value + by - 1) / by); }

/// "+02:00", "-0530", "+02"; -1 day if it is none of them.
int64_t parse_offset_ms(std::string_view text) {
  constexpr int64_t kNone = -kDayMs;
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return kNone;
  std::string digits;
  for (const char c : text.substr(1)) {
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
      digits += c;
    } else if (c != ':') {
      return kNone;
    }
  }
  if (digits.size() != 2 && digits.size() != 4) return kNone;
  digits.resize(4, '0');
  const int64_t minutes = std::stoi(digits.substr(0, 2)) * 60 + std::stoi(digits.substr(2));
  return (text[0] == '-' ? -minutes : minutes) * 60'000;
}

}  // namespace

Result<TimeZone> TimeZone::find(const std::string& name) {
  TimeZone zone;
  zone.name_ = name;
  if (name == "UTC" || name == "Z" || name == "GMT") return zone;
  if (const int64_t offset = parse_offset_ms(name); offset > -kDayMs) {
    zone.fixed_offset_ms_ = offset;
    return zone;
  }
  try {
    zone.zone_ = date::locate_zone(name);
    return zone;
  } catch (const std::exception&) {
    return bad_config(
        "it must be a name of the tz database, such as Europe/Berlin or UTC, or an offset such as "
        "+02:00 (the zone files come with the package tzdata)");
  }
}

int64_t TimeZone::offset_ms(int64_t utc_ms) const {
  if (zone_ == nullptr) return fixed_offset_ms_;
  return std::chrono::duration_cast<milliseconds>(zone_->get_info(instant(utc_ms)).offset).count();
}

int64_t TimeZone::to_utc(int64_t local_ms) const {
  if (zone_ == nullptr) return local_ms - fixed_offset_ms_;
  const auto info = zone_->get_info(date::local_time<milliseconds>(milliseconds(local_ms)));
  if (info.result == date::local_info::nonexistent) {
    return std::chrono::duration_cast<milliseconds>(info.first.end.time_since_epoch()).count();
  }
  return local_ms - std::chrono::duration_cast<milliseconds>(info.first.offset).count();
}

std::string TimeZone::abbreviation(int64_t utc_ms) const {
  return zone_ == nullptr ? name_ : zone_->get_info(instant(utc_ms)).abbrev;
}

CivilTime civil_time(int64_t local_ms) {
  const int64_t day_number = floor_div(local_ms, kDayMs);
  const int64_t ms_of_day = local_ms - day_number * kDayMs;
  const date::local_days day{date::days(static_cast<int>(day_number))};
  const date::year_month_day ymd(day);
  CivilTime time{};
  time.year = static_cast<int>(ymd.year());
  time.month = static_cast<int>(static_cast<unsigned>(ymd.month()));
  time.day = static_cast<int>(static_cast<unsigned>(ymd.day()));
  time.hour = static_cast<int>(ms_of_day / 3'600'000);
  time.minute = static_cast<int>(ms_of_day / 60'000 % 60);
  time.second = static_cast<int>(ms_of_day / 1000 % 60);
  time.millisecond = static_cast<int>(ms_of_day % 1000);
  time.day_of_week = static_cast<int>(date::weekday(day).iso_encoding());
  const auto year_start = date::local_days(ymd.year() / date::January / 1);
  time.day_of_year = static_cast<int>((day - year_start).count()) + 1;
  // The ISO week belongs to the year of its Thursday.
  const auto thursday = day + date::days(4 - time.day_of_week);
  const date::year_month_day thursday_ymd(thursday);
  time.week_year = static_cast<int>(thursday_ymd.year());
  const auto week_year_start = date::local_days(thursday_ymd.year() / date::January / 1);
  time.week = static_cast<int>((thursday - week_year_start).count()) / 7 + 1;
  return time;
}

int64_t next_scheduled(int64_t now_ms, int64_t interval_ms, const TimeZone& zone) {
  const int64_t day = floor_div(zone.to_local(now_ms), kDayMs);
  const int64_t start = zone.to_utc(day * kDayMs);
  const int64_t next_day = zone.to_utc((day + 1) * kDayMs);
  const int64_t ticks = std::max<int64_t>(0, now_ms - start) / interval_ms + 1;
  return std::min(next_day, start + ticks * interval_ms);
}

}  // namespace sluice::connectors::object_store
