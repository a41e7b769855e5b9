#pragma once
// English names in dates as Java has them, for writing and for reading (whatever the case).

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sluice::transforms {

std::span<const std::string_view> era_names();       // BC, AD
std::span<const std::string_view> half_day_names();  // AM, PM
std::span<const std::string_view> month_names();
std::span<const std::string_view> weekday_names();  // from Sunday
/// Short ones are the first three letters.
inline constexpr size_t kShortNameSize = 3;

/// The longest name that `text` starts with; its index. Short names if `size` is theirs, else whole ones.
std::optional<size_t> match_name(std::string_view text, std::span<const std::string_view> names, size_t size,
                                 size_t& matched);

struct ZoneName {
  std::string_view name;
  int32_t offset_minutes;
};
/// The zone whose name `text` starts with.
const ZoneName* match_zone(std::string_view text);

}  // namespace sluice::transforms
