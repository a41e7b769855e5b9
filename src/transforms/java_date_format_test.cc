// Expectations are those of java.text.SimpleDateFormat (JDK 17, en, UTC); tests/compat/transforms compares
// more.

#include "transforms/java_date_format.h"

#include <gtest/gtest.h>

namespace sluice::transforms {
namespace {

constexpr int64_t kNow = 1'763'000'000'000;     // 2025-11-13
constexpr int64_t kMoment = 1'755'960'894'346;  // 2025-08-23T14:54:54.346Z, a Saturday

std::string format(std::string_view pattern, int64_t ms) {
  std::string out;
  JavaDateFormat::compile(pattern, kNow)->format(out, ms);
  return out;
}

std::optional<int64_t> parse(std::string_view pattern, std::string_view text) {
  return JavaDateFormat::compile(pattern, kNow)->parse(text);
}

TEST(JavaDateFormat, WritesEveryLetter) {
  EXPECT_EQ(format("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", kMoment), "2025-08-23T14:54:54.346Z");
  EXPECT_EQ(format("G y yy yyyyy M MM MMM MMMM L", kMoment), "AD 2025 25 02025 8 08 Aug August 8");
  EXPECT_EQ(format("E EEEE u D F w W Y", kMoment), "Sat Saturday 6 235 4 34 4 2025");
  EXPECT_EQ(format("a k K h z zzzz Z X", kMoment), "PM 14 2 2 UTC Coordinated Universal Time +0000 Z");
  EXPECT_EQ(format("k h", 0), "24 12");
}

TEST(JavaDateFormat, QuotesAndOtherCharactersStandForThemselves) {
  EXPECT_EQ(format("h 'o''clock' ''a", kMoment), "2 o'clock 'PM");
  EXPECT_EQ(format("[yyyy]/é", kMoment), "[2025]/é");
}

TEST(JavaDateFormat, CountsByTheJulianCalendarBeforeItsChange) {
  EXPECT_EQ(format("yyyy-MM-dd", -12'219'292'800'000), "1582-10-15");
  EXPECT_EQ(format("yyyy-MM-dd", -12'219'292'800'000 - 86'400'000), "1582-10-04");
  EXPECT_EQ(format("G yyyy", -62'135'769'600'000 - 86'400'000), "BC 0001");
}

TEST(JavaDateFormat, LastDaysOfTheYearMayLieInTheFirstWeekOfTheNext) {
  EXPECT_EQ(format("YYYY-'W'ww", 1'735'603'200'000), "2025-W01");  // 2024-12-31
}

TEST(JavaDateFormat, RefusesWhatJavaRefuses) {
  EXPECT_EQ(JavaDateFormat::compile("yyyy b", kNow).error().message(), "Illegal pattern character 'b'");
  EXPECT_EQ(JavaDateFormat::compile("yyyy'", kNow).error().message(), "Unterminated quote");
  EXPECT_EQ(JavaDateFormat::compile("XXXX", kNow).error().message(), "invalid ISO 8601 format: length=4");
}

TEST(JavaDateFormat, ReadsLeniently) {
  EXPECT_EQ(parse("yyyy-MM-dd", "2019-08-23T11"), 1'566'518'400'000);
  EXPECT_EQ(parse("yyyy-MM-dd", "2019--1-05"), 1'541'376'000'000);
  EXPECT_EQ(parse("HH:mm", "-1:30"), -1'800'000);
  EXPECT_EQ(parse("yyyy MM dd", "2019  8 5"), 1'564'963'200'000);
  EXPECT_EQ(parse("yyyyMMddHHmmssSSS", "20190823123456789"), 1'566'563'696'789);
  EXPECT_EQ(parse("MMM", "march"), 5'097'600'000);
  EXPECT_EQ(parse("h a", "12 am"), 0);
  EXPECT_EQ(parse("u w Y", "3 10 2020"), 1'583'280'000'000);
  EXPECT_EQ(parse("yyyy", "5E2"), -46'388'592'000'000);
  EXPECT_EQ(parse("yyyy-MM-dd", "2019-08"), std::nullopt);
  EXPECT_EQ(parse("MMM", "3"), std::nullopt);
  EXPECT_EQ(parse("yyyy", ""), std::nullopt);
}

TEST(JavaDateFormat, ReadsZones) {
  EXPECT_EQ(parse("yyyyXXX", "1970+05:30"), -19'800'000);
  EXPECT_EQ(parse("X", "+05:30"), -18'000'000);
  EXPECT_EQ(parse("X", "Z"), 0);
  EXPECT_EQ(parse("Z", "GMT+5:30"), -19'800'000);
  EXPECT_EQ(parse("z", "PDT"), 25'200'000);
  EXPECT_EQ(parse("z", "cest"), -7'200'000);
  EXPECT_EQ(parse("Z", "-5"), std::nullopt);
  EXPECT_EQ(parse("z", "Nowhere"), std::nullopt);
}

TEST(JavaDateFormat, TwoDigitsOfAYearLieWithinEightyYearsBack) {
  EXPECT_EQ(parse("dd/MM/yy", "23/08/19"), parse("dd/MM/yyyy", "23/08/2019"));
  EXPECT_EQ(parse("dd/MM/yy", "23/08/46"), parse("dd/MM/yyyy", "23/08/1946"));
  EXPECT_EQ(parse("dd/MM/yy", "01/01/45"), parse("dd/MM/yyyy", "01/01/2045"));
  EXPECT_EQ(parse("dd/MM/yy", "31/12/45"), parse("dd/MM/yyyy", "31/12/1945"));
}

TEST(JavaDateFormat, FarYearsWrapAround) {
  EXPECT_TRUE(parse("yyyy", "2147483647").has_value());
  EXPECT_TRUE(parse("yyyy", "-2147483648").has_value());
  std::string out;
  EXPECT_FALSE(format("yyyy-MM-dd G", INT64_MIN).empty());
  EXPECT_FALSE(format("yyyy-MM-dd G", INT64_MAX).empty());
}

}  // namespace
}  // namespace sluice::transforms
