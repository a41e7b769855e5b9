#pragma once
// The first contents of the captured tables, and the definitions of all tables, as of one moment of the log
// (io.debezium.connector.binlog.BinlogSnapshotChangeEventSource). One thread.

#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/stop_signal.h"
#include "connectors/cdc/common/notifications.h"
#include "connectors/cdc/common/signal.h"
#include "connectors/cdc/mysql/catalogue.h"
#include "connectors/cdc/mysql/schema_changes.h"
#include "connectors/cdc/mysql/tables.h"
#include "drivers/mysql/session.h"

namespace sluice::connectors::cdc::mysql {

/// What a snapshot takes: definitions always; rows or not; at the moment that it chooses, or none of its own
/// (recovery: the history is written anew, the offset stays).
struct SnapshotPlan {
  bool rows = true;
  bool keeps_position = false;
};

class Snapshot {
 public:
  /// All references outlive the snapshot; the session is used by nobody else meanwhile.
  Snapshot(const Options& options, const SourceInfo& source, Output& output, Tables& tables,
           SchemaChanges& changes, sluice::mysql::Session& session, const Clock& clock,
           const StopSignal& stop);
  Status run(const SnapshotPlan& plan);
  /// Of tables that somebody asks for while the log is being read; the position stays where it is.
  Status run_beside(const SnapshotSignal& request);

 private:
  struct Definition {
    std::string sql;
    std::string database;
  };

  Status lock();
  Status lock_tables();
  Status unlock();
  Status read_position(const SnapshotPlan& plan);
  Status read_definitions();
  bool wants_definition(const TableId& table) const;
  Status write_definitions();
  Status read_tables(const std::vector<TableId>& tables, const SnapshotSignal* request);
  Status read_table(const TableId& id, const std::string& condition);
  Status read_rows(const Table& table, const std::string& sql);
  Status write_row(const Table& table, const std::vector<int>& columns, MYSQL_ROW row,
                   const unsigned long* sizes);
  Status finish();
  void note_progress(const TableId& id);
  Status statement(const std::string& sql, std::string_view what);

  const Options& options_;
  const SourceInfo& source_;
  Output& output_;
  Tables& tables_;
  SchemaChanges& changes_;
  sluice::mysql::Session& session_;
  const Clock& clock_;
  const StopSignal& stop_;
  Notifications notifications_;

  std::vector<TableId> captured_;
  std::vector<Definition> definitions_;
  bool locked_globally_ = false;
  bool locked_tables_ = false;
  bool by_status_ = false;  // the place is asked of MariaDB's snapshot, not of the log
  std::vector<sdk::Value> cells_;
  PositionTexts texts_;
  sdk::StructNode* last_source_ = nullptr;
  uint64_t last_generation_ = 0;
  int64_t rows_ = 0;
  int64_t table_rows_ = 0;
  int64_t progress_ms_ = 0;
  bool first_table_ = false;  // whose first row is the first of all
  bool first_of_table_ = true;
};

}  // namespace sluice::connectors::cdc::mysql
