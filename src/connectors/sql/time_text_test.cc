#include "connectors/sql/time_text.h"

#include <gtest/gtest.h>

#include "connectors/sql/zone.h"

namespace sluice::connectors::sql {
namespace {

TEST(TimeText, ReadsWhatDatabasesWrite) {
  const auto seconds = [](std::string_view text) {
    const auto parsed = parse_time(text);
    return parsed ? parsed->local.seconds : -1;
  };
  EXPECT_EQ(seconds("2024-02-29"), 1'709'164'800);
  EXPECT_EQ(seconds("2024-02-29 10:11"), 1'709'201'460);
  EXPECT_EQ(seconds("2024-02-29T10:11:12"), 1'709'201'472);
  EXPECT_EQ(parse_time("2024-02-29 10:11:12.5")->local.nanos, 500'000'000);
  EXPECT_EQ(parse_time("2024-02-29 10:11:12.123456789123")->local.nanos, 123'456'789);
  EXPECT_EQ(parse_time("2024-02-29T10:11:12Z")->offset_s, 0);
  EXPECT_EQ(parse_time("2024-02-29 10:11:12-0530")->offset_s, -19'800);
  EXPECT_EQ(parse_time("2024-02-29 10:11:12+02")->offset_s, 7200);
  EXPECT_EQ(parse_time_of_day("10:11:12.5"), 36'672'500'000'000);
}

TEST(TimeText, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2024", "2024-2-3", "2024-13-01", "2023-02-29", "2024-00-01", "2024-01-32", "2024-01-01 ",
        "2024-01-01 24:00:00", "2024-01-01 10:60", "2024-01-01 10:00:00.", "2024-01-01 10:00:00 x",
        "2024-01-01 10:00:00+", "2024-01-01 10:00:00+1", "2024-01-01 10:00:00+01:", "yesterday"}) {
    EXPECT_FALSE(parse_time(text).has_value()) << text;
  }
  EXPECT_FALSE(parse_time_of_day("10").has_value());
  EXPECT_FALSE(parse_time_of_day("10:00:00+02").has_value());
}

TEST(TimeText, WritesWithAsManyDigitsAsAsked) {
  const Instant time{1'709'201'472, 5'000'000};
  EXPECT_EQ(format_time(time, ' ', 0), "2024-02-29 10:11:12");
  EXPECT_EQ(format_time(time, 'T', 3), "2024-02-29T10:11:12.005");
  EXPECT_EQ(format_time(time, ' ', 9), "2024-02-29 10:11:12.005000000");
  EXPECT_EQ(format_time(time, '\0', 3), "2024-02-29");
  EXPECT_EQ(format_time({-1, 0}, ' ', 0), "1969-12-31 23:59:59");
  EXPECT_EQ(format_offset(-19'800), "-05:30");
}

TEST(TimeText, DaysAndTextsAgreeOverCenturies) {
  for (int64_t day = -800'000; day < 800'000; day += 97) {
    const std::string text = format_time({day * kSecondsPerDay, 0}, '\0', 0);
    if (text.size() != 10) continue;  // years with a sign
    EXPECT_EQ(parse_time(text)->local.seconds, day * kSecondsPerDay) << text;
  }
}

// Expected days were taken from java.util.GregorianCalendar.
TEST(TimeText, LegacyDaysAreJavas) {
  EXPECT_EQ(to_legacy_days(days_from_civil(1582, 10, 15)), -141'427);
  EXPECT_EQ(to_legacy_days(days_from_civil(1582, 10, 4)), -141'428);
  EXPECT_EQ(to_legacy_days(days_from_civil(1500, 1, 1)), -171'655);
  EXPECT_EQ(to_legacy_days(days_from_civil(1, 1, 1)), -719'164);
}

TEST(Zone, TreatsClockChangesAsJava) {
  const Zone berlin = *Zone::find("Europe/Berlin");
  EXPECT_EQ(berlin.to_utc(1'711'852'200), 1'711'848'600) << "02:30 does not exist: 03:30 summer time";
  EXPECT_EQ(berlin.to_utc(1'729'996'200), 1'729'992'600) << "02:30 comes twice: winter time";
  EXPECT_EQ(berlin.to_utc(1'719'835'200), 1'719'828'000);
  EXPECT_EQ(berlin.to_utc(1'719'835'201), 1'719'828'001) << "from the cache";
  EXPECT_EQ(berlin.to_utc(1'704'067'200), 1'704'063'600);
  EXPECT_EQ(berlin.to_local({1'719'828'000, 7}), (Instant{1'719'835'200, 7}));
}

TEST(Zone, KnowsFixedOnesAndRefusesNonsense) {
  EXPECT_TRUE(Zone::find("UTC")->is_utc());
  EXPECT_TRUE(Zone::find("Z")->is_utc());
  EXPECT_EQ(Zone::find("GMT+2")->offset_at(0), 7200);
  EXPECT_EQ(Zone::find("-02:30")->offset_at(0), -9000);
  EXPECT_EQ(Zone::find("UTC+0530")->offset_at(0), 19'800);
  for (const char* name : {"Mars/Olympus", "+25:00", "GMT+x", "+"}) {
    const auto zone = Zone::find(name);
    ASSERT_FALSE(zone.ok()) << name;
    EXPECT_EQ(zone.error().kind(), ErrorKind::kBadConfig);
  }
}

TEST(SqlTime, LegacyDaysComeBack) {
  for (int64_t days = -800'000; days < 1000; days += 13) {
    // 1582-10-05 to 14 do not exist for Java, which moves them on.
    if (days >= -141'437 && days < -141'427) continue;
    EXPECT_EQ(from_legacy_days(to_legacy_days(days)), days) << days;
  }
}

}  // namespace
}  // namespace sluice::connectors::sql
