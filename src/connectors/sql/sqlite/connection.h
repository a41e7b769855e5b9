#pragma once
// A connection to an SQLite database file. One thread. Every wait for a lock and every long computation ends
// when `stop` fires.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/stop_signal.h"
#include "connectors/sql/connection.h"
#include "connectors/sql/sqlite/cursor.h"
#include "connectors/sql/sqlite/handle.h"

namespace sluice::connectors::sql {

class SqliteConnection final : public Connection {
 public:
  /// `stop` outlives the connection.
  SqliteConnection(SqliteDatabase database, const StopSignal& stop);

  const Dialect& dialect() const override { return sqlite_dialect(); }
  bool usable() const override { return true; }
  Result<std::vector<TableId>> tables(const TablePattern& pattern) override;
  Result<TableShape> describe(const TableId& table) override;
  Result<Instant> now() override;
  Result<TimeStorage> time_storage(const std::string& from, const std::string& expression) override;
  Result<std::unique_ptr<Cursor>> query(const Statement& statement, const Zone& zone,
                                        size_t rows_at_a_time) override;
  Result<Answer> execute(const std::string& sql, std::span<const Scalar> parameters,
                         std::string_view what) override;
  Status begin() override;
  Status commit() override;
  void rollback() override;
  Result<std::unique_ptr<RowWriter>> writer(TableWrite write, const WriteOptions& options) override;

 private:
  static int wait_for_lock(void* self, int count);
  static int check_stop(void* self);

  SqliteDatabase database_;
  const StopSignal& stop_;
  LearnedTypes learned_;
};

}  // namespace sluice::connectors::sql
