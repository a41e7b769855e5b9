#include "connectors/object_store/joda_format.h"

#include <gtest/gtest.h>

namespace sluice::connectors::object_store {
namespace {

// 2023-11-05 06:07:08.009 UTC, a Sunday, the 309th day, week 44.
constexpr int64_t kTime = 1699164428009;

std::string format(const char* pattern, const char* zone = "UTC", int64_t time_ms = kTime) {
  const auto parsed = JodaFormat::parse(pattern, "en-US");
  if (!parsed.ok()) return "error: " + parsed.error().message();
  return parsed->format(time_ms, TimeZone::find(zone).value());
}

TEST(JodaFormat, UsualPaths) {
  EXPECT_EQ(format("'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH"), "year=2023/month=11/day=05/hour=06");
  EXPECT_EQ(format("YYYY-MM-dd'T'HH_mm_ss.SSS"), "2023-11-05T06_07_08.009");
  EXPECT_EQ(format("'it''s' ''yy''"), "it's '23'");
}

TEST(JodaFormat, EveryLetter) {
  EXPECT_EQ(format("G C YY yyyyy"), "AD 20 23 02023");
  EXPECT_EQ(format("M MM MMM MMMM d D DDDD"), "11 11 Nov November 5 309 0309");
  EXPECT_EQ(format("xxxx ww e E EEEE"), "2023 44 7 Sun Sunday");
  EXPECT_EQ(format("a H HH h K k m s S SSSSS"), "AM 6 06 6 6 6 7 8 0 00900");
  EXPECT_EQ(format("k K h a", "UTC", kTime - 6 * 3'600'000), "24 0 12 AM");
  EXPECT_EQ(format("Z ZZ ZZZ z", "Asia/Kolkata"), "+0530 +05:30 Asia/Kolkata IST");
  EXPECT_EQ(format("Z", "America/New_York"), "-0500");
}

TEST(JodaFormat, TimesBefore1970) {
  EXPECT_EQ(format("YYYY-MM-dd HH:mm:ss.SSS", "UTC", -1), "1969-12-31 23:59:59.999");
}

TEST(JodaFormat, WeeksBelongToTheYearOfTheirThursday) {
  EXPECT_EQ(format("xxxx-ww", "UTC", 1609459200000), "2020-53");  // 2021-01-01
  EXPECT_EQ(format("xxxx-ww", "UTC", 1577664000000), "2020-01");  // 2019-12-30
}

TEST(JodaFormat, WrongPatternsAreRefused) {
  EXPECT_NE(format("'open").find("quote"), std::string::npos);
  EXPECT_NE(format("yyyy-bb").find("Illegal pattern component: bb"), std::string::npos);
  const auto german = JodaFormat::parse("MMM", "de-DE");
  ASSERT_FALSE(german.ok());
  EXPECT_EQ(german.error().kind(), ErrorKind::kUnsupported);
  EXPECT_TRUE(JodaFormat::parse("MM", "de-DE").ok());
}

TEST(TimeZones, OffsetsAndNames) {
  EXPECT_EQ(TimeZone::find("+02:00")->offset_ms(0), 7'200'000);
  EXPECT_EQ(TimeZone::find("-0330")->offset_ms(0), -12'600'000);
  EXPECT_EQ(TimeZone::find("Europe/Berlin")->offset_ms(kTime), 3'600'000);
  for (const char* wrong : {"Mars/Base", "+2", "", "+aa:00"})
    EXPECT_FALSE(TimeZone::find(wrong).ok()) << wrong;
}

TEST(TimeZones, LocalTimesThatOccurTwiceOrNever) {
  const TimeZone berlin = TimeZone::find("Europe/Berlin").value();
  // 2023-10-29 02:30 occurs twice: the first is in summer time.
  EXPECT_EQ(berlin.to_utc(1698546600000), 1698546600000 - 7'200'000);
  // 2023-03-26 02:30 never does: the gap's end, 03:00 summer time.
  EXPECT_EQ(berlin.to_utc(1679797800000), 1679792400000);
}

TEST(TimeZones, SchedulesStartAnewAtMidnight) {
  const TimeZone berlin = TimeZone::find("Europe/Berlin").value();
  const int64_t midnight = 1699138800000;  // 2023-11-05 00:00 in Berlin
  EXPECT_EQ(next_scheduled(midnight, 3'600'000, berlin), midnight + 3'600'000);
  EXPECT_EQ(next_scheduled(midnight + 1, 7'000'000, berlin), midnight + 7'000'000);
  // The last tick of the day is the next midnight.
  EXPECT_EQ(next_scheduled(midnight + 86'399'000, 50'000'000, berlin), midnight + 86'400'000);
  // A day of 25 hours.
  const int64_t long_day = 1698530400000;  // 2023-10-29 00:00 in Berlin
  EXPECT_EQ(next_scheduled(long_day + 24 * 3'600'000, 86'400'000, berlin), long_day + 25 * 3'600'000);
}

}  // namespace
}  // namespace sluice::connectors::object_store
