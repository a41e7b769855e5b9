#include "connectors/sql/zone.h"

#include <date/tz.h>
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <optional>

namespace sluice::connectors::sql {
namespace {

using std::chrono::seconds;

constexpr int64_t kDay = kSecondsPerDay;
constexpr int kHoursMax = 18;  // as java.time.ZoneOffset

/// "+2", "-02:30", "+0530" after an optional "UTC", "GMT" or "UT".
std::optional<int64_t> fixed_offset(std::string_view text) {
  for (const std::string_view prefix : {"UTC", "GMT", "UT"}) {
    if (!text.starts_with(prefix)) continue;
    text.remove_prefix(prefix.size());
    break;
  }
  if (text.empty() || text == "Z") return 0;
  const bool west = text[0] == '-';
  if (!west && text[0] != '+') return std::nullopt;
  text.remove_prefix(1);
  std::string digits;
  const size_t colon = text.find(':');
  const std::string_view hours =
      text.substr(0, colon == std::string_view::npos ? std::min<size_t>(2, text.size()) : colon);
  const std::string_view minutes = text.substr(colon == std::string_view::npos ? hours.size() : colon + 1);
  int hour = 0;
  int minute = 0;
  const auto number = [](std::string_view from, int& to) {
    const auto [end, error] = std::from_chars(from.data(), from.data() + from.size(), to);
    return error == std::errc() && end == from.data() + from.size();
  };
  if (!number(hours, hour) || (!minutes.empty() && (minutes.size() != 2 || !number(minutes, minute)))) {
    return std::nullopt;
  }
  if (hour > kHoursMax || minute > 59) return std::nullopt;
  const int64_t total = hour * 3600 + minute * 60;
  return west ? -total : total;
}

}  // namespace

Result<Zone> Zone::find(std::string_view name) {
  Zone zone;
  if (const auto fixed = fixed_offset(name)) {
    zone.fixed_seconds_ = *fixed;
    return zone;
  }
  try {
    zone.zone_ = date::locate_zone(std::string(name));
    return zone;
  } catch (const std::exception&) {
    return bad_config(
        fmt::format("Invalid time zone identifier '{}': use a name such as UTC, Europe/Berlin or +02:00 "
                    "(names need the system's tzdata)",
                    name));
  }
}

int64_t Zone::offset_at(int64_t utc_seconds) const {
  if (zone_ == nullptr) return fixed_seconds_;
  return zone_->get_info(date::sys_seconds(seconds(utc_seconds))).offset.count();
}

int64_t Zone::to_utc(int64_t local_seconds) const {
  if (zone_ == nullptr) return local_seconds - fixed_seconds_;
  if (local_seconds >= local_from_ && local_seconds < local_until_) return local_seconds - local_offset_;
  const date::local_info info = zone_->get_info(date::local_seconds(seconds(local_seconds)));
  if (info.result == date::local_info::unique) {
    // A day's distance from both ends: no wall time in between comes twice or never.
    const auto begin = info.first.begin.time_since_epoch().count();
    const auto end = info.first.end.time_since_epoch().count();
    local_from_ = std::max<int64_t>(begin, INT64_MIN / 2) + kDay;
    local_until_ = std::min<int64_t>(end, INT64_MAX / 2) - kDay;
    local_offset_ = info.first.offset.count();
    return local_seconds - local_offset_;
  }
  if (info.result == date::local_info::ambiguous) {
    return local_seconds - std::min(info.first.offset.count(), info.second.offset.count());
  }
  return local_seconds - info.first.offset.count();
}

}  // namespace sluice::connectors::sql
