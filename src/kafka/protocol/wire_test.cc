#include "kafka/protocol/wire.h"

#include <gtest/gtest.h>

#include "kafka/protocol/testing/hex.h"

namespace sluice::kafka::protocol {
namespace {

using testing::from_hex;
using testing::to_hex;

TEST(Wire, WritesOldAndCompactLengths) {
  std::string old;
  Writer(old, false).string("ab");
  Writer(old, false).nullable_string(std::nullopt);
  Writer(old, false).bytes("xy");
  Writer(old, false).null_array();
  EXPECT_EQ(old, from_hex("0002 6162 ffff 00000002 7879 ffffffff")) << to_hex(old);
  std::string compact;
  Writer(compact, true).string("ab");
  Writer(compact, true).nullable_bytes(std::nullopt);
  Writer(compact, true).bytes("xy");
  Writer(compact, true).array_size(300);
  EXPECT_EQ(compact, from_hex("03 6162 00 03 7879 ad02")) << to_hex(compact);
}

TEST(Wire, ReadsBackWhatItWrites) {
  for (const bool flexible : {false, true}) {
    std::string bytes;
    Writer out(bytes, flexible);
    out.boolean(true);
    out.int8(-2);
    out.int16(-3);
    out.int32(-4);
    out.int64(-5'000'000'000);
    out.uvarint(4'294'967'295U);
    out.uuid({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
    out.string("");
    out.bytes(std::string(1000, 'b'));
    Reader in(bytes, flexible);
    EXPECT_TRUE(in.boolean());
    EXPECT_EQ(in.int8(), -2);
    EXPECT_EQ(in.int16(), -3);
    EXPECT_EQ(in.int32(), -4);
    EXPECT_EQ(in.int64(), -5'000'000'000);
    EXPECT_EQ(in.uvarint(), 4'294'967'295U);
    EXPECT_EQ(in.uuid()[15], 16);
    EXPECT_EQ(in.string(), "");
    EXPECT_EQ(in.bytes().size(), 1000U);
    EXPECT_TRUE(in.ok());
    EXPECT_EQ(in.remaining(), 0U);
  }
}

TEST(Wire, RefusesLengthsBeyondTheEndBelowMinusOneAndNullWhereNoneMayBe) {
  for (const char* hex : {"0003 6162", "fffe", "ffff"}) {
    const std::string bytes = from_hex(hex);
    Reader in(bytes, false);
    EXPECT_EQ(in.string(), "");
    EXPECT_FALSE(in.ok()) << hex;
  }
  const std::string claim = from_hex("7fffffff 00");
  Reader in(claim, false);
  EXPECT_EQ(in.array_size(), 0U);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.int64(), 0);
}

TEST(Wire, RefusesVarintsOfMoreThan32Bits) {
  for (const char* hex : {"ffffffff10", "ffffffffff01", "80"}) {
    const std::string bytes = from_hex(hex);
    Reader in(bytes, true);
    EXPECT_EQ(in.uvarint(), 0U);
    EXPECT_FALSE(in.ok()) << hex;
  }
}

TEST(Wire, SkipsTaggedFieldsWithinBounds) {
  const std::string good = from_hex("02 00 01 aa 05 02 bbcc 07");
  Reader in(good, true);
  in.skip_tags();
  EXPECT_TRUE(in.ok());
  EXPECT_EQ(in.int8(), 7);
  const std::string bad = from_hex("01 00 09 aa");
  Reader beyond(bad, true);
  beyond.skip_tags();
  EXPECT_FALSE(beyond.ok());
}

}  // namespace
}  // namespace sluice::kafka::protocol
