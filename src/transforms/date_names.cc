#include "transforms/date_names.h"

#include <algorithm>

namespace sluice::transforms {
namespace {

constexpr std::string_view kEras[] = {"BC", "AD"};
constexpr std::string_view kHalfDays[] = {"AM", "PM"};
constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
constexpr std::string_view kWeekdays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                          "Thursday", "Friday", "Saturday"};

// Which zone Java takes an ambiguous abbreviation for is its own choice.
constexpr ZoneName kZones[] = {{"Coordinated Universal Time", 0},
                               {"Greenwich Mean Time", 0},
                               {"Eastern Standard Time", -300},
                               {"Eastern Daylight Time", -240},
                               {"Central Standard Time", -360},
                               {"Central Daylight Time", -300},
                               {"Mountain Standard Time", -420},
                               {"Mountain Daylight Time", -360},
                               {"Pacific Standard Time", -480},
                               {"Pacific Daylight Time", -420},
                               {"Central European Standard Time", 60},
                               {"Central European Summer Time", 120},
                               {"Japan Standard Time", 540},
                               {"India Standard Time", 330},
                               {"UTC", 0},
                               {"GMT", 0},
                               {"EST", -300},
                               {"EDT", -240},
                               {"CST", -360},
                               {"CDT", -300},
                               {"MST", -420},
                               {"MDT", -360},
                               {"PST", -480},
                               {"PDT", -420},
                               {"HST", -600},
                               {"AKST", -540},
                               {"AKDT", -480},
                               {"CEST", 120},
                               {"CET", 60},
                               {"EEST", 180},
                               {"EET", 120},
                               {"WEST", 60},
                               {"WET", 0},
                               {"BST", 60},
                               {"MSK", 180},
                               {"IST", 120},
                               {"JST", 540},
                               {"KST", 540},
                               {"HKT", 480},
                               {"SGT", 480},
                               {"AEST", 600},
                               {"AEDT", 660},
                               {"NZST", 720},
                               {"NZDT", 780}};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with(std::string_view text, std::string_view name) {
  return text.size() >= name.size() && std::equal(name.begin(), name.end(), text.begin(),
                                                  [](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

std::span<const std::string_view> era_names() { return kEras; }
std::span<const std::string_view> half_day_names() { return kHalfDays; }
std::span<const std::string_view> month_names() { return kMonths; }
std::span<const std::string_view> weekday_names() { return kWeekdays; }

std::optional<size_t> match_name(std::string_view text, std::span<const std::string_view> names, size_t size,
                                 size_t& matched) {
  std::optional<size_t> best;
  matched = 0;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string_view name = names[i].substr(0, size);
    if (name.size() <= matched || !starts_with(text, name)) continue;
    best = i;
    matched = name.size();
  }
  return best;
}

const ZoneName* match_zone(std::string_view text) {
  const auto found = std::find_if(std::begin(kZones), std::end(kZones),
                                  [&](const ZoneName& zone) { return starts_with(text, zone.name); });
  return found == std::end(kZones) ? nullptr : found;
}

}  // namespace sluice::transforms
