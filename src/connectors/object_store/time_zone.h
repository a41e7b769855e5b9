#pragma once
// A time zone as paths and schedules need it: the system's zone files, or a fixed offset such as "+02:00".
// Immutable; shared freely.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace date {
class time_zone;
}

namespace sluice::connectors::object_store {

class TimeZone {
 public:
  /// A name of the tz database, "UTC", "Z", or an offset. Error kind kBadConfig.
  static Result<TimeZone> find(const std::string& name);
  TimeZone() = default;  // UTC

  /// Milliseconds to add to UTC at this instant.
  int64_t offset_ms(int64_t utc_ms) const;
  int64_t to_local(int64_t utc_ms) const { return utc_ms + offset_ms(utc_ms); }
  /// The earlier instant where the clock shows a time twice; the end of the gap where it shows it never.
  int64_t to_utc(int64_t local_ms) const;
  /// Abbreviation ("CEST") and name ("Europe/Berlin").
  std::string abbreviation(int64_t utc_ms) const;
  const std::string& name() const { return name_; }

 private:
  std::string name_ = "UTC";
  const date::time_zone* zone_ = nullptr;  // null: fixed_offset_ms_
  int64_t fixed_offset_ms_ = 0;
};

/// `local_ms` is milliseconds since 1970 on the local clock.
struct CivilTime {
  int64_t year;
  int month, day;  // from 1
  int hour, minute, second, millisecond;
  int day_of_week;    // 1 Monday to 7 Sunday
  int day_of_year;    // from 1
  int64_t week_year;  // ISO
  int week;           // ISO, from 1
};
CivilTime civil_time(int64_t local_ms);

/// The next tick after `now_ms` of a schedule that starts anew at each midnight of the zone
/// (io.confluent.connect.storage.util.DateTimeUtils.getNextTimeAdjustedByDay).
int64_t next_scheduled(int64_t now_ms, int64_t interval_ms, const TimeZone& zone);

}  // namespace sluice::connectors::object_store
