#pragma once
// Reads the captured tables as they were at one moment, and writes their rows as `r` events. One thread
// writes; further threads read tables ahead (snapshot.max.threads).

#include <string>
#include <vector>

#include "base/clock.h"
#include "connectors/cdc/common/notifications.h"
#include "connectors/cdc/common/signal.h"
#include "connectors/cdc/postgres/options.h"
#include "connectors/cdc/postgres/output.h"
#include "connectors/cdc/postgres/tables.h"
#include "drivers/postgres/session.h"

namespace sluice::connectors::cdc::postgres {

/// The moment: what a slot exported when it was made, or the database as it is now.
struct SnapshotStart {
  Lsn lsn = 0;
  std::string exported;  // empty: a snapshot of this session's own
};

class Snapshot {
 public:
  /// All references outlive the snapshot; `session` does nothing else meanwhile.
  Snapshot(const Options& options, Output& output, Tables& tables, sluice::postgres::Session& session,
           const Clock& clock, const StopSignal& stop, Output::WhileWaiting while_waiting)
      : options_(options),
        output_(output),
        tables_(tables),
        session_(session),
        clock_(clock),
        stop_(stop),
        while_waiting_(std::move(while_waiting)),
        notifications_(options, output.writer(), clock) {}

  /// Leaves the position behind the last row; the session is in no transaction then.
  Status run(const SnapshotStart& start);
  /// Of tables that somebody asks for while the log is being read; the position stays where it is.
  Status run_beside(const SnapshotSignal& request);

 private:
  Status begin(const SnapshotStart& start);
  Status read_position(const SnapshotStart& start);
  Status read_tables(const std::vector<std::pair<TableId, Oid>>& tables, const SnapshotSignal* request);
  Status read_table(const TableId& id, Oid oid, const std::string& condition);
  std::string select_sql(const TableShape& shape, const Table& table, const std::string& condition) const;
  Status read_rows(const Table& table, const std::vector<int>& columns, const std::string& what);
  Status write_row(const Table& table, const std::vector<int>& columns, BytesView line);
  Status finish();
  void note_progress(const TableId& id);

  const Options& options_;
  Output& output_;
  Tables& tables_;
  sluice::postgres::Session& session_;
  const Clock& clock_;
  const StopSignal& stop_;
  const Output::WhileWaiting while_waiting_;
  Notifications notifications_;
  std::vector<sdk::Value> cells_;
  sdk::StructNode* last_source_ = nullptr;  // of the last row, which nobody has seen yet
  bool any_row_ = false;
  bool first_table_ = false;  // whose first row is the first of all
  bool first_of_table_ = false;
  int64_t rows_ = 0;
  int64_t table_rows_ = 0;
  int64_t progress_ms_ = 0;
};

}  // namespace sluice::connectors::cdc::postgres
