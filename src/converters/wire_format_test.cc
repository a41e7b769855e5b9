#include "converters/wire_format.h"

#include <gtest/gtest.h>

#include <vector>

namespace sluice::converters {
namespace {

using sdk::ConverterRole;

TEST(WireFormat, TakesTheIdFromTheFront) {
  const std::string record = id_prefix(0x01020304) + "payload";
  EXPECT_EQ(record.substr(0, 5), std::string("\0\1\2\3\4", 5));
  const auto framed = unframe(record, {}, ConverterRole::kValue);
  ASSERT_TRUE(framed.ok());
  EXPECT_EQ(std::get<int32_t>(framed->schema), 0x01020304);
  EXPECT_EQ(framed->payload, "payload");
  EXPECT_TRUE(is_null(framed->message_index));
}

TEST(WireFormat, AGuidIsReadAsItWasWritten) {
  const auto header = guid_header("89791762-2336-4186-9674-299b90a802e2", std::string_view("\x04\x02", 2));
  ASSERT_TRUE(header.ok());
  const std::vector<RawHeader> headers{{guid_header_name(ConverterRole::kKey), *header}};
  const auto framed = unframe("payload", headers, ConverterRole::kKey);
  ASSERT_TRUE(framed.ok());
  EXPECT_EQ(std::get<std::string>(framed->schema), "89791762-2336-4186-9674-299b90a802e2");
  EXPECT_EQ(framed->message_index, std::string_view("\x04\x02", 2));
  for (const char* wrong :
       {"", "8979", "8979176223364186967429 9b90a802e2", "89791762-2336-4186-9674-299b90a802e2f"}) {
    EXPECT_EQ(guid_header(wrong, {}).error().kind(), ErrorKind::kBadConfig) << wrong;
  }
}

TEST(WireFormat, RefusesWhatNoSerialiserWrote) {
  for (const std::string& bytes :
       {std::string(), std::string("{\"a\":1}"), std::string("\1\0\0\0\1x", 6), std::string("\0\0\0\0", 4)}) {
    const auto framed = unframe(bytes, {}, ConverterRole::kValue);
    ASSERT_FALSE(framed.ok());
    EXPECT_EQ(framed.error().kind(), ErrorKind::kBadRecord);
    EXPECT_TRUE(framed.error().message().starts_with("Unknown magic byte!"));
  }
}

TEST(WireFormat, PrefersTheGuidInTheHeaderOfItsRole) {
  const std::string guid("\1\x89\x79\x17\x62\x23\x36\x41\x86\x96\x74\x29\x9b\x90\xa8\x02\xe2", 17);
  const std::string with_index = guid + "\2\4";
  const std::vector<RawHeader> headers{{"__value_schema_id", guid}, {"__key_schema_id", with_index}};
  const auto value = unframe("bare", headers, ConverterRole::kValue);
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(std::get<std::string>(value->schema), "89791762-2336-4186-9674-299b90a802e2");
  EXPECT_EQ(value->payload, "bare");
  EXPECT_TRUE(is_null(value->message_index));
  const auto key = unframe("bare", headers, ConverterRole::kKey);
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(key->message_index, "\2\4");
  const std::vector<RawHeader> broken{{"__value_schema_id", "\1short"}};
  EXPECT_FALSE(unframe("bare", broken, ConverterRole::kValue).ok());
}

}  // namespace
}  // namespace sluice::converters
