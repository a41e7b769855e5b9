#pragma once
// Records of the schema history, as Debezium writes and reads them (io.debezium.relational.history.
// HistoryRecord, JsonTableChangeSerializer): the DDL as it ran, and the tables as they were afterwards.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/cdc/mysql/table_definition.h"
#include "formats/json/json_decoder.h"
#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::connectors::cdc::mysql {

/// What became of a table by a statement.
struct TableChange {
  const char* type = "ALTER";  // CREATE, ALTER, DROP; lives for ever
  TableId id;
  std::optional<TableId> previous;
  const TableDefinition* table = nullptr;  // null: dropped
};

struct HistoryEntry {
  std::string server;   // topic.prefix
  sdk::Value position;  // a map: the offset at the statement
  int64_t ts_ms = 0;
  std::string database;
  std::string ddl;
  std::vector<TableChange> changes;
};
/// As JSON.
std::string history_text(const HistoryEntry& entry);
/// "\"db\".\"table\""
std::string change_id(const TableId& id);

class HistoryReader {
 public:
  /// Where the statement of a record ran, a map in the arena of the reader until the next call; null for a
  /// record that is not one of Debezium's. Error kind kBadRecord for what is no JSON.
  Result<sdk::Value> read(BytesView text);
  /// Applies the record that was read last.
  Status apply(TableModel& model);

 private:
  json::Decoder decoder_;
  sdk::Arena arena_;
  sdk::Value record_;
};

}  // namespace sluice::connectors::cdc::mysql
