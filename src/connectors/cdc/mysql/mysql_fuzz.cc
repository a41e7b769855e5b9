// Bytes of a server and of a history: events of the log, rows, JSON documents, statements. Never a crash.

#include <cstdint>
#include <string>

#include "connectors/cdc/mysql/binlog_event.h"
#include "connectors/cdc/mysql/column_decoder.h"
#include "connectors/cdc/mysql/ddl.h"
#include "connectors/cdc/mysql/gtid_set.h"
#include "connectors/cdc/mysql/history_record.h"
#include "connectors/cdc/mysql/json_binary.h"
#include "connectors/cdc/mysql/rows_event.h"

namespace {

using namespace sluice;
using namespace sluice::connectors::cdc;
using namespace sluice::connectors::cdc::mysql;

void read_event(const BinlogEvent& event) {
  std::string unpacked;
  (void)parse_rotate(event.body).ok();
  (void)parse_query(event, unpacked).ok();
  (void)parse_gtid(event.body).ok();
  (void)parse_maria_gtid(event.body).ok();
  (void)parse_rows_query(event);
  (void)parse_transaction_payload(event.body, unpacked).ok();
}

/// A description of a table, and an event with its rows, whose cells go through columns of every type.
void read_rows(BytesView bytes) {
  if (bytes.size() < 2) return;
  const size_t cut = static_cast<uint8_t>(bytes[0]);
  bytes.remove_prefix(1);
  const auto map = parse_table_map(bytes.substr(0, cut));
  if (!map.ok() || cut > bytes.size()) return;
  EventParser parser(false);
  const auto event = parser.parse(bytes.substr(cut));
  if (!event.ok() || rows_kind(event->header.type) == RowsKind::kNone) return;
  sdk::Arena arena;
  RowsReader reader;
  if (!reader.start(*event, *map, arena).ok()) return;
  TableModel model;
  apply_ddl(
      "create table t (a int unsigned, b varchar(5) charset gbk, c decimal(20,4), d json, e time(3), f year,"
      " g bit(9), h set('x','y'), i point, j enum('q'), k datetime(6), l binary(4), m bigint unsigned)",
      "d", model);
  const ValueOptions options;
  std::vector<ColumnDecoder> decoders;
  for (const ColumnDefinition& column : model.find({"d", "t"})->columns) {
    decoders.emplace_back(column, options);
    decoders.back().use_schema(*decoders.back().schema().build());
  }
  std::vector<Cell> before;
  std::vector<Cell> after;
  while (!reader.at_end() && reader.next(before, after).ok()) {
    for (const Cell& cell : reader.kind() == RowsKind::kDelete ? before : after) {
      for (const ColumnDecoder& decoder : decoders) (void)decoder.decode(cell, arena).ok();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  sdk::Arena arena;
  switch (data[0] % 6) {
    case 0: {
      EventParser parser((data[0] & 64) != 0);
      if (const auto event = parser.parse(bytes); event.ok()) read_event(*event);
      break;
    }
    case 1:
      read_rows(bytes);
      break;
    case 2:
      (void)json_value(bytes, arena).ok();
      break;
    case 3: {
      TableModel model;
      apply_ddl("create table t (id int primary key, a varchar(5))", "d", model);
      apply_ddl(bytes, "d", model);
      apply_ddl("alter table t " + bytes, "d", model);
      break;
    }
    case 4: {
      TableModel model;
      HistoryReader reader;
      if (reader.read(bytes).ok()) (void)reader.apply(model).ok();
      break;
    }
    default:
      if (const auto set = GtidSet::parse((data[0] & 64) != 0 ? Flavour::kMySql : Flavour::kMariaDb, bytes);
          set.ok())
        (void)set->contains(*set);
  }
  return 0;
}
