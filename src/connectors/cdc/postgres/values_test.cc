// Texts of PostgreSQL as values: what the comparison with Debezium cannot show, and texts that are broken.

#include <gtest/gtest.h>

#include "connectors/cdc/postgres/column_decoder.h"
#include "connectors/cdc/postgres/copy_text.h"
#include "connectors/cdc/postgres/defaults.h"
#include "connectors/cdc/postgres/text_values.h"
#include "connectors/cdc/postgres/time_text.h"
#include "sdk/data/values.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sdk::Value;

Type type_of(Oid oid, const char* name, Oid element = 0) {
  Type type;
  type.oid = oid;
  type.name = name;
  type.element = element;
  return type;
}

const Types& types() {
  static const Types known({type_of(23, "int4"), type_of(25, "text"), type_of(1082, "date"),
                            type_of(1700, "numeric"), type_of(1114, "timestamp"),
                            type_of(1184, "timestamptz"), type_of(1009, "_text", 25),
                            type_of(1186, "interval"), type_of(16, "bool"), type_of(1560, "bit")});
  return known;
}

/// The value as Java prints it, or the error.
std::string decoded(Oid oid, std::string_view text, int modifier = -1, const ValueOptions& options = {}) {
  ColumnDecoder decoder(types(), *types().find(oid), modifier, options);
  const auto schema = decoder.schema().build();
  decoder.use_schema(*schema);
  sdk::Arena arena;
  const auto value = decoder.decode(text, arena);
  if (!value.ok()) return "error: " + value.error().message();
  std::string shown;
  sdk::append_java_text(shown, *value);
  return shown;
}

TEST(ColumnDecoderTest, InfinityIsTheEndOfItsType) {
  EXPECT_EQ(decoded(1082, "infinity"), "2147483647");
  EXPECT_EQ(decoded(1082, "-infinity"), "-2147483648");
  EXPECT_EQ(decoded(1184, "-infinity"), "-infinity");
  ValueOptions texts;
  texts.times = TimeMode::kIsoString;
  EXPECT_EQ(decoded(1114, "infinity", -1, texts), "infinity");
}

TEST(ColumnDecoderTest, WhatIsBrokenIsAnErrorThatShowsIt) {
  EXPECT_EQ(decoded(23, "12x"), "error: '12x' is no number");
  EXPECT_EQ(decoded(1082, "2024-13-01"), "error: '2024-13-01' is no date");
  EXPECT_EQ(decoded(1114, "2024-01-01 25:00"), "error: '2024-01-01 25:00' is no timestamp");
  EXPECT_EQ(decoded(1009, "{a,\"b}"), "error: '{a,\"b}' is no array");
  EXPECT_NE(decoded(1009, "{{a},{b}}").find("more than one dimension"), std::string::npos);
  EXPECT_EQ(decoded(1186, "3 fortnights"), "error: '3 fortnights' is no interval");
  EXPECT_NE(decoded(1700, "NaN").find("decimal.handling.mode"), std::string::npos);
}

TEST(ColumnDecoderTest, NumbersOfAnyLength) {
  const int modifier = (40 << 16 | 5) + 4;  // numeric(40,5)
  EXPECT_EQ(decoded(1700, "12345678901234567890123456789012345.67890", modifier),
            "12345678901234567890123456789012345.67890");
  EXPECT_EQ(decoded(1700, "-0.00001", modifier), "-0.00001");
  ValueOptions doubles;
  doubles.decimals = DecimalMode::kDouble;
  EXPECT_EQ(decoded(1700, "Infinity", -1, doubles), "Infinity");
}

TEST(ColumnDecoderTest, DomainsTakeTheModifierOfTheirBase) {
  Type domain = type_of(50'000, "price");
  domain.kind = 'd';
  domain.base = 1700;
  domain.base_modifier = (8 << 16 | 3) + 4;
  const Types known({type_of(1700, "numeric"), domain});
  const ValueOptions options;
  const ColumnDecoder decoder(known, domain, -1, options);
  EXPECT_EQ(decoder.length(), 8);
  EXPECT_EQ(decoder.scale(), 3);
  EXPECT_EQ(decoder.type_name(), "price");
}

TEST(DefaultsTest, LiteralsFunctionsAndWhatTellsNothing) {
  const auto shown = [](Oid oid, std::string_view expression) -> std::string {
    const ValueOptions options;
    ColumnDecoder decoder(types(), *types().find(oid), -1, options);
    decoder.use_schema(*decoder.schema().build());
    sdk::Arena arena;
    const auto value = default_value(decoder, *types().find(oid), expression, arena);
    if (!value) return "none";
    std::string text;
    sdk::append_java_text(text, *value);
    return text;
  };
  EXPECT_EQ(shown(25, "'a b'::text"), "a b");
  EXPECT_EQ(shown(25, "upper('x'::text)"), "");
  EXPECT_EQ(shown(25, "NULL::character varying"), "none");
  EXPECT_EQ(shown(23, "nextval('t_id_seq'::regclass)"), "0");
  EXPECT_EQ(shown(23, "'-5'::integer"), "-5");
  EXPECT_EQ(shown(23, "(1 + 2)"), "none");
  EXPECT_EQ(shown(16, "true"), "true");
  EXPECT_EQ(shown(1082, "CURRENT_DATE"), "0");
  EXPECT_EQ(shown(1184, "now()"), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(shown(1009, "'{}'::text[]"), "none");
}

TEST(IntervalTest, ReadsAndWritesAllItsParts) {
  const auto interval = parse_interval("-1 years -2 mons +3 days -04:05:06.789");
  ASSERT_TRUE(interval.ok());
  EXPECT_EQ(interval->months, -14);
  EXPECT_EQ(interval->days, 3);
  EXPECT_EQ(interval->micros, -14'706'789'000);
  EXPECT_EQ(interval_text(*interval), "P-1Y-2M3DT-4H-5M-6.789S");
  EXPECT_EQ(interval_text(*parse_interval("1 mon")), "P0Y1M0DT0H0M0S");
  EXPECT_EQ(interval_micros(*parse_interval("1 mon")), 2'629'800'000'000);
}

TEST(TimeTextTest, YearsBeforeChristAndOffsets) {
  EXPECT_EQ(parse_date("0044-03-15 BC")->days, -735'160);
  EXPECT_EQ(parse_timestamp("2024-01-01 00:30:00+01")->micros(), 1'704'065'400'000'000);
  EXPECT_EQ(*parse_time_micros("00:30:00+01"), (23 * 60 + 30) * 60 * kMicrosPerSecond);
  EXPECT_EQ(*parse_time_micros("24:00:00"), kMicrosPerDay);
  sdk::Arena arena;
  EXPECT_EQ(write_zoned_timestamp(arena, -1, 0), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(write_zoned_timestamp(arena, 1'500'000, 3), "1970-01-01T00:00:01.500Z");
  EXPECT_EQ(write_zoned_timestamp(arena, 253'402'300'800'000'000, 0), "+10000-01-01T00:00:00Z");
}

TEST(CopyTextTest, TakesFieldsAndResolvesEscapes) {
  sdk::Arena arena;
  BytesView row = "a\\tb\t\\N\t\\\\\t";
  bool more = false;
  EXPECT_EQ(take_copy_field(row, more, arena), "a\tb");
  EXPECT_TRUE(is_null(take_copy_field(row, more, arena)));
  EXPECT_EQ(take_copy_field(row, more, arena), "\\");
  EXPECT_TRUE(more);
  EXPECT_EQ(take_copy_field(row, more, arena), "");
  EXPECT_FALSE(more);
}

TEST(HstoreTest, WhatIsBrokenIsAnError) {
  EXPECT_EQ(hstore_json(*parse_hstore(R"("a"=>"1", "b"=>NULL)")), R"({"a":"1","b":null})");
  for (const char* text : {"a=>1", "\"a\"=>", "\"a\"=>\"b", "\"a\"=>\"b\" ,"})
    EXPECT_FALSE(parse_hstore(text).ok()) << text;
}

}  // namespace
}  // namespace sluice::connectors::cdc::postgres
