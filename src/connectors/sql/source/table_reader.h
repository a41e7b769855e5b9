#pragma once
// Reads one table, or the query, time and again: what is new since its offset. Task thread.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "connectors/sql/connection.h"
#include "connectors/sql/source/criteria.h"
#include "connectors/sql/source/high_water.h"
#include "connectors/sql/source/offsets.h"
#include "connectors/sql/source/options.h"
#include "sdk/source.h"

namespace sluice::connectors::sql {

class TableReader {
 public:
  /// `subject` has a table or a query; its columns are found by start(). `options` outlive the reader.
  TableReader(const SourceOptions& options, Subject subject, sdk::SourceTaskContext& context,
              const Clock& clock)
      : options_(options),
        subject_(std::move(subject)),
        context_(context),
        high_water_(options.late_rows_wait_ms, clock) {}

  /// Finds and checks the columns and the stored offset. Errors as the dialect's, or kFailed with what to do.
  Status start(Connection& connection);

  /// Appends the next rows; starts a query if none is running. False: the result is at its end.
  Result<bool> read(Connection& connection, sdk::RecordBatch& batch);
  /// Drops a running query; what was not returned by read() is read again.
  void reset() { cursor_.reset(); }
  bool reading() const { return cursor_ != nullptr; }
  /// Whether there may be rows that wait for transactions to end.
  bool is_held_back() const { return held_back_; }
  /// Whether an error comes from the table being gone.
  bool has_lost_its_table(Connection& connection) const;

  /// When the next query is due, on the steady clock; kept here for the task.
  int64_t due_ms = 0;
  /// Errors in a row that may pass; kept here for the task.
  int failures = 0;

  std::string name() const { return subject_.text(); }

 private:
  Status find_range_column(Connection& connection);
  Status find_columns(Connection& connection);
  Status check_column(const std::vector<Column>& columns, const std::string& name) const;
  void note_null_times(const std::vector<Column>& columns);
  Status check_nullable(const std::vector<Column>& columns) const;
  Status load_offset(Connection& connection);
  /// Starts the query; none if nothing can be new.
  Status begin(Connection& connection);
  Status find_storage(Connection& connection);
  Result<std::optional<HighWater::Bound>> find_end(Connection& connection);
  /// Columns without a counterpart as text, where asked for.
  Status choose_columns(Connection& connection);
  Status make_plan();
  /// `torn`: more rows of the last one's time follow.
  Status append_records(const std::vector<Row>& rows, bool torn, sdk::RecordBatch& batch);
  Result<SourceOffset> offset_of(const Row& row) const;
  Result<int64_t> id_of(const sdk::StructNode& node) const;
  Result<int64_t> id_of_decimal(const sdk::Value& value) const;

  const SourceOptions& options_;
  Subject subject_;
  sdk::SourceTaskContext& context_;
  std::string topic_;
  const sdk::SourcePartition* partition_ = nullptr;
  SourceOffset offset_;  // of the last record returned
  HighWater high_water_;
  std::optional<HighWater::Bound> last_end_;
  bool held_back_ = false;
  bool idle_ = false;  // reads rows without a time of a table where every row has one
  std::unique_ptr<Criteria> criteria_;
  TimeStorage storage_;
  bool storage_known_ = false;
  std::unique_ptr<Cursor> cursor_;
  RowPlanPtr plan_;
  int id_field_ = -1;
  std::vector<Row> rows_;  // of one read
};

}  // namespace sluice::connectors::sql
