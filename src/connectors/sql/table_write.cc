#include "connectors/sql/table_write.h"

#include "connectors/sql/time_text.h"

namespace sluice::connectors::sql {
namespace {

constexpr int64_t kGregorianSeconds = -12'219'292'800;  // 1582-10-15

}  // namespace

Instant instant_of(const CellType& type, const sdk::Value& cell) {
  const int64_t count = cell.as_integer();
  switch (type.unit) {
    case TimeUnit::kMicros:
      return Instant::from_micros(count);
    case TimeUnit::kNanos:
      return {floor_div(count, kNanosPerSecond), static_cast<int32_t>(floor_mod(count, kNanosPerSecond))};
    case TimeUnit::kMs:
      break;
  }
  return Instant::from_ms(count);
}

Instant local_of(const CellType& type, const sdk::Value& cell, const WriteOptions& options) {
  const bool date = type.kind == CellKind::kDate;
  Instant local = date ? Instant{cell.as_integer() * kSecondsPerDay, 0} : instant_of(type, cell);
  if (!date && !type.wall_clock) local = options.zone.to_local(local);
  if (options.legacy_calendar && local.seconds < kGregorianSeconds) {
    const int64_t days = floor_div(local.seconds, kSecondsPerDay);
    local.seconds += (from_legacy_days(days) - days) * kSecondsPerDay;
  }
  return local;
}

std::vector<const WriteColumn*> TableWrite::bound() const {
  std::vector<const WriteColumn*> columns;
  const bool update = kind == WriteKind::kUpdate;
  for (const auto* part : {update ? &others : &keys, update ? &keys : &others}) {
    if (kind == WriteKind::kDelete && part == &others) continue;
    for (const WriteColumn& column : *part) columns.push_back(&column);
  }
  return columns;
}

}  // namespace sluice::connectors::sql
