// Events, values and positions of the binary log.

#include <gtest/gtest.h>

#include "connectors/cdc/mysql/binlog_event.h"
#include "connectors/cdc/mysql/column_decoder.h"
#include "connectors/cdc/mysql/gtid_set.h"
#include "connectors/cdc/mysql/history_record.h"
#include "connectors/cdc/mysql/json_binary.h"
#include "connectors/cdc/mysql/packed_decimal.h"
#include "connectors/cdc/mysql/position.h"
#include "connectors/cdc/mysql/rows_event.h"

namespace sluice::connectors::cdc::mysql {
namespace {

using sdk::MapEntry;
using sdk::Value;
using std::string_literals::operator""s;

template <typename T>
std::string little(T value, size_t size = sizeof(T)) {
  return std::string(reinterpret_cast<const char*>(&value), size);
}

std::string event_bytes(EventType type, const std::string& body, uint32_t next = 500) {
  return little<uint32_t>(1000) + static_cast<char>(type) + little<uint32_t>(7) +
         little<uint32_t>(static_cast<uint32_t>(19 + body.size())) + little<uint32_t>(next) +
         little<uint16_t>(0) + body;
}

TEST(BinlogEventTest, ReadsAHeader) {
  const std::string bytes = event_bytes(EventType::kXid, little<uint64_t>(3));
  EventParser parser(false);
  const auto event = parser.parse(bytes);
  ASSERT_TRUE(event.ok());
  EXPECT_EQ(event->header.type, EventType::kXid);
  EXPECT_EQ(event->header.server_id, 7U);
  EXPECT_EQ(event->header.position(), 500U - 27U);
  EXPECT_FALSE(parser.parse(bytes.substr(0, 10)).ok());
}

TEST(BinlogEventTest, ChecksSums) {
  EventParser parser(true);
  const auto event = parser.parse(event_bytes(EventType::kXid, little<uint64_t>(3) + "\0\0\0\0"s));
  ASSERT_FALSE(event.ok());
  EXPECT_NE(event.error().message().find("checksum"), std::string::npos);
}

/// Table 5, "shop.t": int, varchar(10), both may be null.
std::string table_map_body() {
  return little<uint64_t>(5, 6) + little<uint16_t>(1) + "\4shop\0"s + "\1t\0"s + "\2"s + "\3\x0f"s + "\2"s +
         little<uint16_t>(10) + "\3"s;
}

TEST(BinlogEventTest, ReadsRows) {
  const auto map = parse_table_map(table_map_body());
  ASSERT_TRUE(map.ok());
  EXPECT_EQ(map->table, "t");
  ASSERT_EQ(map->columns.size(), 2U);
  // Two rows before and after: (1, "a") to (2, null), (null, "bc") to (3, "").
  const std::string rows = "\0"s + little<int32_t>(1) + "\1a" + "\2"s + little<int32_t>(2) + "\1" + "\2bc" +
                           "\0"s + little<int32_t>(3) + "\0"s;
  const std::string body =
      little<uint64_t>(5, 6) + little<uint16_t>(1) + little<uint16_t>(2) + "\2\3\3" + rows;
  const std::string bytes = event_bytes(EventType::kUpdateRows, body);
  EventParser parser(false);
  const auto event = parser.parse(bytes);
  ASSERT_TRUE(event.ok());
  sdk::Arena arena;
  RowsReader reader;
  ASSERT_TRUE(reader.start(*event, *map, arena).ok());
  std::vector<Cell> before;
  std::vector<Cell> after;
  ASSERT_TRUE(reader.next(before, after).ok());
  EXPECT_EQ(before[0].integer, 1);
  EXPECT_EQ(before[1].bytes, "a");
  EXPECT_EQ(after[0].integer, 2);
  EXPECT_EQ(after[1].kind, CellKind::kNull);
  sdk::Arena other;
  reader.move_to(other);
  ASSERT_TRUE(reader.next(before, after).ok());
  EXPECT_EQ(before[0].kind, CellKind::kNull);
  EXPECT_EQ(after[1].bytes, "");
  EXPECT_TRUE(reader.at_end());
}

TEST(BinlogEventTest, RefusesRowsThatDoNotFit) {
  const auto map = parse_table_map(table_map_body());
  ASSERT_TRUE(map.ok());
  sdk::Arena arena;
  RowsReader reader;
  std::vector<Cell> cells;
  const auto read = [&](const std::string& rest) {
    const std::string bytes =
        event_bytes(EventType::kWriteRowsV1, little<uint64_t>(5, 6) + little<uint16_t>(1) + rest);
    EventParser parser(false);
    const Status started = reader.start(*parser.parse(bytes), *map, arena);
    return started.ok() ? reader.next(cells, cells) : started;
  };
  EXPECT_FALSE(read("\3\7").ok());         // three columns
  EXPECT_FALSE(read("\2\3\0\1\0"s).ok());  // cut short
  EXPECT_FALSE(read("\2\0\0"s).ok());      // no columns
  EXPECT_TRUE(read("\2\2\0\1x"s).ok());    // one is left out
  EXPECT_EQ(cells[0].kind, CellKind::kAbsent);
}

TEST(ValuesTest, ReadsDecimals) {
  sdk::Arena arena;
  // decimal(14,4) from MySQL's own description of the form.
  const std::string positive = "\x81\x0d\xfb\x38\xd2\x04\xd2"s;
  std::string negative = positive;
  for (char& c : negative) c = static_cast<char>(~c);
  EXPECT_EQ(decimal_text(positive, 14, 4, arena), "1234567890.1234");
  EXPECT_EQ(decimal_text(negative, 14, 4, arena), "-1234567890.1234");
  EXPECT_EQ(small_decimal_of(negative, 14, 4), -12'345'678'901'234);
  EXPECT_EQ(decimal_size(14, 4), 7U);
}

Value decoded(const std::string& type, int jdbc, std::optional<int> length, const Cell& cell,
              sdk::Arena& arena) {
  static const ValueOptions options;
  ColumnDefinition column;
  column.type = type;
  column.jdbc_type = jdbc;
  column.length = length;
  column.charset = "latin1";
  const ColumnDecoder decoder(column, options);
  const auto value = decoder.decode(cell, arena);
  EXPECT_TRUE(value.ok());
  return value.ok() ? *value : Value::null();
}

TEST(ValuesTest, UnsignedNumbersLoseTheirSign) {
  sdk::Arena arena;
  Cell cell;
  cell.kind = CellKind::kInteger;
  cell.integer = -1;
  EXPECT_EQ(decoded("TINYINT UNSIGNED", kJdbcSmallint, {}, cell, arena), Value::int16(255));
  EXPECT_EQ(decoded("SMALLINT UNSIGNED", kJdbcSmallint, {}, cell, arena), Value::int32(65'535));
  EXPECT_EQ(decoded("MEDIUMINT UNSIGNED", kJdbcInteger, {}, cell, arena), Value::int32(16'777'215));
  EXPECT_EQ(decoded("INT UNSIGNED", kJdbcInteger, {}, cell, arena), Value::int64(4'294'967'295));
  EXPECT_EQ(decoded("INT", kJdbcInteger, {}, cell, arena), Value::int32(-1));
}

TEST(ValuesTest, ReadsTextsAndTimes) {
  sdk::Arena arena;
  Cell cell;
  cell.kind = CellKind::kBytes;
  cell.bytes = "\x80uro \xff";
  EXPECT_EQ(decoded("VARCHAR", kJdbcVarchar, 10, cell, arena), Value::string("€uro ÿ"));
  cell.kind = CellKind::kDateTime;
  cell.civil = {0, 0, 0, 0};
  EXPECT_TRUE(decoded("DATETIME", kJdbcTimestamp, {}, cell, arena).is_null());
  cell.civil = {2024, 2, 29, 1'500'000};
  EXPECT_EQ(decoded("DATETIME", kJdbcTimestamp, 3, cell, arena), Value::int64(1'709'164'801'500));
  EXPECT_EQ(decoded("DATETIME", kJdbcTimestamp, 6, cell, arena), Value::int64(1'709'164'801'500'000));
  // -00:00:00.5 of TIME(2), whose fraction borrows from the whole.
  WireColumn column{WireType::kTime2, 0, 0, 2, 0};
  const std::string packed = "\x7f\xff\xff\xce";
  ByteReader row(packed);
  ASSERT_TRUE(read_cell(column, row, cell));
  EXPECT_EQ(cell.integer, -500'000);
}

TEST(JsonBinaryTest, WritesText) {
  sdk::Arena arena;
  // {"a": [1, "x"], "b": null}
  const std::string array = "\2\0\x0c\0\5\1\0\x0c\x0a\0\1x"s;
  const std::string object = "\2\0"s + little<uint16_t>(32) + little<uint16_t>(18) + little<uint16_t>(1) +
                             little<uint16_t>(19) + little<uint16_t>(1) + "\2"s + little<uint16_t>(20) +
                             "\4"s + little<uint16_t>(0) + "ab" + array;
  const auto value = json_value("\0"s + object, arena);
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(*value, Value::string(R"({"a":[1,"x"],"b":null})"));
  EXPECT_FALSE(json_value("\0\xff\xff"s, arena).ok());
  EXPECT_TRUE(json_value("", arena)->is_null());
}

TEST(GtidSetTest, CountsIntervals) {
  const std::string uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  auto set = *GtidSet::parse(Flavour::kMySql, uuid + ":1-3:5,\n" + uuid + ":8");
  set.add(uuid, 4);
  EXPECT_EQ(set.text(), uuid + ":1-5:8");
  set.add(uuid, 9);
  EXPECT_EQ(set.text(), uuid + ":1-5:8-9");
  const auto part = *GtidSet::parse(Flavour::kMySql, uuid + ":2-8");
  EXPECT_FALSE(set.contains(part));
  EXPECT_EQ(part.without(set).text(), uuid + ":6-7");
  EXPECT_EQ(set.without(part).text(), uuid + ":1:9");
  EXPECT_TRUE(set.only([](const std::string&) { return false; }).empty());
  for (const char* wrong : {"x", "x:", "x:a", "x:3-1", ":1"})
    EXPECT_FALSE(GtidSet::parse(Flavour::kMySql, wrong).ok()) << wrong;
}

TEST(GtidSetTest, KeepsTheLastOfADomain) {
  auto set = *GtidSet::parse(Flavour::kMariaDb, "0-1-20,1-2-3");
  set.add(0, 4, 21);
  EXPECT_EQ(set.text(), "0-4-21,1-2-3");
  EXPECT_TRUE(set.contains(*GtidSet::parse(Flavour::kMariaDb, "0-1-21")));
  EXPECT_FALSE(set.contains(*GtidSet::parse(Flavour::kMariaDb, "2-1-1")));
  EXPECT_FALSE(GtidSet::parse(Flavour::kMariaDb, "0-1").ok());
}

TEST(PositionTest, TellsWhereToBeginAgain) {
  Position position;
  position.rotate("binlog.000001", 4);
  position.begin_event(100, 40);
  position.start_gtid("0-1-7", "0-1-7");
  position.begin_transaction();
  position.end_event();
  position.begin_event(140, 50);
  position.end_event();
  position.begin_event(190, 60);
  position.begin_row(2);
  sdk::Arena arena;
  const OffsetExtras extras;
  const Position again = Position::load(position.offset(extras, arena));
  EXPECT_EQ(again.file, "binlog.000001");
  EXPECT_EQ(again.restart, 100U);
  EXPECT_EQ(again.events, 2);
  EXPECT_EQ(again.rows, 3);
  position.begin_event(250, 31);
  position.end_transaction();
  EXPECT_EQ(Position::load(position.offset(extras, arena)).restart, 281U);
}

TEST(PositionTest, OrdersTheHistory) {
  const auto place = [](const char* gtids, const char* file, int64_t pos, sdk::Arena& arena) {
    auto* entries = arena.array<MapEntry>(3);
    entries[0] = {Value::string("file"), Value::string(file)};
    entries[1] = {Value::string("pos"), Value::int64(pos)};
    entries[2] = {Value::string("gtids"), *gtids == '\0' ? Value::null() : Value::string(gtids)};
    return Value::map({entries, 3});
  };
  sdk::Arena arena;
  const auto before = [&](const Value& left, const Value& right) {
    return is_at_or_before(left, right, Flavour::kMariaDb);
  };
  EXPECT_TRUE(before(place("0-1-3", "b.2", 9, arena), place("0-1-4", "b.1", 4, arena)));
  EXPECT_FALSE(before(place("0-1-5", "b.1", 4, arena), place("0-1-4", "b.2", 4, arena)));
  EXPECT_TRUE(before(place("", "b.9", 4, arena), place("0-1-4", "b.1", 4, arena)));
  EXPECT_TRUE(before(place("", "b.000009", 9, arena), place("", "b.000010", 4, arena)));
  EXPECT_FALSE(before(place("", "b.000010", 9, arena), place("", "b.000010", 4, arena)));
}

TEST(HistoryTest, ReadsWhatItWrites) {
  TableModel model;
  TableDefinition table;
  table.id = {"shop", "a\"b"};
  table.charset = "utf8mb4";
  table.key = {"id"};
  table.comment = "c";
  ColumnDefinition column;
  column.name = "id";
  column.jdbc_type = kJdbcDecimal;
  column.type = "DECIMAL UNSIGNED";
  column.length = 10;
  column.scale = 2;
  column.has_default = true;
  column.default_text = "1.5";
  column.labels = {"'x'"};
  table.columns = {column};
  HistoryEntry entry;
  entry.server = "prefix";
  entry.position = Value::map({});
  entry.database = "shop";
  entry.ddl = "create table …";
  entry.changes = {{"CREATE", table.id, TableId{"shop", "old"}, &table}};
  model.tables[{"shop", "old"}] = table;
  HistoryReader reader;
  ASSERT_TRUE(reader.read(history_text(entry)).ok());
  ASSERT_TRUE(reader.apply(model).ok());
  ASSERT_EQ(model.tables.size(), 1U);
  EXPECT_EQ(model.tables.begin()->second, table);
  EXPECT_FALSE(reader.read("{").ok());
  const std::string older = R"j({"databaseName":"shop","ddl":"create table t (x int)","tableChanges":[]})j";
  ASSERT_TRUE(reader.read(older).ok());
  ASSERT_TRUE(reader.apply(model).ok());
  EXPECT_EQ(model.tables.size(), 2U);
}

}  // namespace
}  // namespace sluice::connectors::cdc::mysql
