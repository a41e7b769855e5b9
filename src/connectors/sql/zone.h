#pragma once
// A time zone as java.util.TimeZone names and treats it. Immutable but for a look-up cache: one thread.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "connectors/sql/instant.h"

namespace date {
class time_zone;
}

namespace sluice::connectors::sql {

class Zone {
 public:
  Zone() = default;  // UTC
  /// "UTC", "GMT+2", "+02:00", "Europe/Berlin". Error kind kBadConfig.
  static Result<Zone> find(std::string_view name);

  bool is_utc() const { return zone_ == nullptr && fixed_seconds_ == 0; }
  /// Seconds east of UTC at that time.
  int64_t offset_at(int64_t utc_seconds) const;
  /// Local seconds to UTC. A wall time that comes twice is taken as standard time, one that never comes is
  /// moved on by the gap, as GregorianCalendar does.
  int64_t to_utc(int64_t local_seconds) const;
  Instant to_utc(Instant local) const { return {to_utc(local.seconds), local.nanos}; }
  Instant to_local(Instant utc) const { return {utc.seconds + offset_at(utc.seconds), utc.nanos}; }

 private:
  const date::time_zone* zone_ = nullptr;
  int64_t fixed_seconds_ = 0;
  // The stretch of local time around the last look-up within which the offset is the same, without doubt.
  mutable int64_t local_from_ = 0;
  mutable int64_t local_until_ = 0;
  mutable int64_t local_offset_ = 0;
};

}  // namespace sluice::connectors::sql
