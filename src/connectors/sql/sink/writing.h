#pragma once
// Writes batches of records within the session's transaction: prepares them record by record, orders them
// table by table, and finds the rows that the database refuses. Task thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "connectors/sql/sink/change.h"
#include "connectors/sql/sink/session.h"
#include "connectors/sql/sink/table_changes.h"
#include "connectors/sql/sink/write_plans.h"

namespace sluice::connectors::sql {

class Writing {
 public:
  /// `give_up` is told of each record that cannot be written; its error ends the writing. All outlive this.
  using GiveUp = std::function<Status(const sdk::Record&, const Error&)>;
  Writing(const SinkOptions& options, Session& session, std::function<Status()> commit, GiveUp give_up)
      : session_(session),
        give_up_(std::move(give_up)),
        changes_(options),
        plans_(options, session, std::move(commit)) {}

  /// Finds out what the records ask for and gives up those that ask for what cannot be; tables are changed
  /// where options allow. The batch must stay until write() or write_carefully() have been called.
  Status prepare(sdk::RecordBatch& batch);
  /// All that was prepared, in as large blocks as can be. Error kind kBadRecord: some row is refused, which
  /// may come late, with a later batch; roll back and write carefully.
  Status write();
  /// The same behind savepoints: rows that are refused are found by bisection and given up, the others are
  /// written.
  Status write_carefully();
  /// After an error that tables may be the cause of, and on a new connection.
  void forget();

 private:
  struct Prepared {
    uint32_t record;  // of the batch
    Change change;
    const WritePlan* plan;  // null: the table is emptied
    TableId table;          // where it is
  };
  Status prepare_one(sdk::RecordBatch& batch, uint32_t index);
  Status apply(std::span<const Prepared> part);
  Status collect(const Prepared& one);
  Status run(std::span<const Segment> segments, const TableId& table);
  Status write_range(std::span<const Prepared> part);
  Status say(std::string_view sql, std::string_view what);
  TableChanges& changes_of(const TableId& table);

  Session& session_;
  const GiveUp give_up_;
  ChangeReader changes_;
  WritePlans plans_;
  sdk::RecordBatch* batch_ = nullptr;
  std::vector<Prepared> prepared_;
  std::vector<std::unique_ptr<TableChanges>> tables_;  // in the order they were first seen
  TableChanges* last_table_ = nullptr;
  std::vector<sdk::Value> row_;
};

}  // namespace sluice::connectors::sql
