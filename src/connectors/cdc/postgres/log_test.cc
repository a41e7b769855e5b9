// Messages of the log, and what is left out when reading begins again in the middle of a transaction.

#include <gtest/gtest.h>

#include "connectors/cdc/postgres/pgoutput.h"
#include "connectors/cdc/postgres/position.h"
#include "connectors/cdc/postgres/resume.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sdk::MapEntry;
using sdk::Value;

template <typename T>
std::string big(T value) {
  std::string bytes;
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8)
    bytes += static_cast<char>(static_cast<uint64_t>(value) >> shift);
  return bytes;
}
std::string text(const char* value) { return std::string(value) + '\0'; }

TEST(PgOutputTest, ReadsARelation) {
  Message message;
  const std::string bytes = "R" + big<uint32_t>(16'385) + text("public") + text("orders") + "f" +
                            big<uint16_t>(2) + '\1' + text("id") + big<uint32_t>(23) + big<int32_t>(-1) +
                            '\0' + text("note") + big<uint32_t>(25) + big<int32_t>(-1);
  ASSERT_TRUE(parse_message(bytes, false, message).ok());
  EXPECT_EQ(message.kind, MessageKind::kRelation);
  EXPECT_EQ(message.relation, 16'385U);
  EXPECT_EQ(message.space, "public");
  EXPECT_EQ(message.identity, 'f');
  ASSERT_EQ(message.columns.size(), 2U);
  EXPECT_TRUE(message.columns[0].in_key);
  EXPECT_EQ(message.columns[1].name, "note");
}

TEST(PgOutputTest, ReadsAnUpdateWithItsOldKey) {
  Message message;
  const std::string bytes = "U" + big<uint32_t>(7) + "K" + big<uint16_t>(2) + "t" + big<uint32_t>(1) + "1n" +
                            "N" + big<uint16_t>(2) + "t" + big<uint32_t>(1) + "2u";
  ASSERT_TRUE(parse_message(bytes, false, message).ok());
  EXPECT_EQ(message.old_kind, 'K');
  EXPECT_EQ(message.old_tuple[0].bytes, "1");
  EXPECT_EQ(message.new_tuple[1].kind, 'u');
  // Inside a stream every change names its transaction.
  ASSERT_TRUE(parse_message("U" + big<uint32_t>(99) + bytes.substr(1), true, message).ok());
  EXPECT_EQ(message.xid, 99U);
}

TEST(PgOutputTest, WhatEndsTooEarlyIsAnError) {
  const std::string whole = "I" + big<uint32_t>(7) + "N" + big<uint16_t>(1) + "t" + big<uint32_t>(3) + "abc";
  Message message;
  ASSERT_TRUE(parse_message(whole, false, message).ok());
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(parse_message(whole.substr(0, size), false, message).ok());
  EXPECT_FALSE(parse_message("?", false, message).ok());
}

Position at(std::string_view what, int64_t xid, Lsn lsn, Lsn commit, int64_t events = 0) {
  Position position;
  position.message = what;
  position.xid = xid;
  position.lsn = position.processed = lsn;
  position.commit = commit;
  position.events_at_lsn = events;
  return position;
}

TEST(ResumeTest, TheTransactionInHandGoesOnBehindItsLastEvent) {
  ResumeFilter filter;
  filter.restart(at("INSERT", 5, 120, 100));
  EXPECT_EQ(resume_lsn(at("INSERT", 5, 120, 100)), 100U);
  filter.begin(5);
  EXPECT_TRUE(filter.resumes());
  EXPECT_TRUE(filter.skips(110));
  EXPECT_TRUE(filter.skips(120));
  EXPECT_FALSE(filter.skips(130));
  filter.end();
  filter.begin(6);
  EXPECT_FALSE(filter.skips(90));  // its changes may lie before those of others
}

TEST(ResumeTest, ChangesOfOnePositionAreCounted) {
  ResumeFilter filter;
  filter.restart(at("INSERT", 5, 120, 100, 3));
  filter.begin(5);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(filter.skips(120));
  EXPECT_FALSE(filter.skips(120));
}

TEST(ResumeTest, AnotherTransactionIsWhole) {
  ResumeFilter filter;
  filter.restart(at("INSERT", 5, 120, 100));
  filter.begin(7);
  EXPECT_FALSE(filter.resumes());
  EXPECT_FALSE(filter.skips(110));
  filter.restart(at("COMMIT", 5, 120, 120));
  filter.begin(5);  // a number that came round again
  EXPECT_FALSE(filter.skips(110));
}

TEST(PositionTest, OffsetsComeBackAsTheyWent) {
  sdk::Arena arena;
  OffsetExtras extras;
  const Position position = at("UPDATE", 7, 0x1'6B37'4D848, 99, 4);
  const Position back = Position::load(position.offset(extras, arena));
  EXPECT_EQ(back.lsn, position.lsn);
  EXPECT_EQ(back.commit, position.commit);
  EXPECT_EQ(back.xid, 7);
  EXPECT_EQ(back.message, "UPDATE");
  EXPECT_EQ(back.events_at_lsn, 4);
  EXPECT_FALSE(back.in_snapshot);
}

TEST(PositionTest, ReadsWhatDebeziumWroteDuringASnapshot) {
  const MapEntry unfinished[] = {{Value::string("snapshot"), Value::string("INITIAL")},
                                 {Value::string("last_snapshot_record"), Value::boolean(false)},
                                 {Value::string("lsn"), Value::int64(5)}};
  EXPECT_TRUE(Position::load(Value::map(unfinished)).in_snapshot);
  const MapEntry older[] = {{Value::string("snapshot"), Value::boolean(true)},
                            {Value::string("lsn"), Value::int64(5)}};
  EXPECT_TRUE(Position::load(Value::map(older)).in_snapshot);
  const MapEntry done[] = {{Value::string("snapshot"), Value::string("INITIAL")},
                           {Value::string("snapshot_completed"), Value::boolean(true)},
                           {Value::string("lsn"), Value::int64(5)}};
  EXPECT_FALSE(Position::load(Value::map(done)).in_snapshot);
}

TEST(LsnTest, TextsThereAndBack) {
  EXPECT_EQ(lsn_text(0x16'B374'D848), "16/B374D848");
  EXPECT_EQ(parse_lsn("16/B374D848"), 0x16'B374'D848U);
  for (const char* bad : {"", "16", "x/1", "1/y"}) EXPECT_FALSE(parse_lsn(bad).has_value()) << bad;
}

}  // namespace
}  // namespace sluice::connectors::cdc::postgres
