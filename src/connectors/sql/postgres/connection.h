#pragma once
// A connection to PostgreSQL by libpq that never waits without listening to stop. One thread.

#include <libpq-fe.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/stop_signal.h"
#include "connectors/sql/connection.h"
#include "connectors/sql/postgres/values.h"
#include "connectors/sql/row_cursor.h"

namespace sluice::connectors::sql {

struct PgCloser {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};
using PgResult = std::unique_ptr<PGresult, PgCloser>;

/// Parameters in text form; absent: null.
using PgTexts = std::vector<std::optional<std::string>>;

/// A cell of the result; null if SQL's null.
inline BytesView pg_cell(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) return kNullBytes;
  return {PQgetvalue(result, row, column), static_cast<size_t>(PQgetlength(result, row, column))};
}

class PostgresConnection final : public Connection {
 public:
  PostgresConnection(std::unique_ptr<PGconn, PgCloser> connection, std::string isolation,
                     const StopSignal& stop)
      : connection_(std::move(connection)), isolation_(std::move(isolation)), stop_(stop) {}

  Result<std::vector<TableId>> tables(const TablePattern& pattern) override;
  const Dialect& dialect() const override { return postgres_dialect(); }
  Result<TableShape> describe(const TableId& table) override;
  Result<Instant> now() override;
  Result<std::unique_ptr<Cursor>> query(const Statement& statement, const Zone& zone,
                                        size_t rows_at_a_time) override;
  bool usable() const override { return PQstatus(connection_.get()) == CONNECTION_OK; }
  Result<std::optional<std::vector<std::string>>> running_transactions() override;
  Result<Answer> execute(const std::string& sql, std::span<const Scalar> parameters,
                         std::string_view what) override;
  Status begin() override;
  Status commit() override;
  void rollback() override {
    writing_ = false;
    end_transaction();
  }
  Result<std::string> session() override;
  Status end_session(const std::string& session) override;
  Result<std::unique_ptr<RowWriter>> writer(TableWrite write, const WriteOptions& options) override;

  // For the writers.
  /// Rows follow by send_copy(); nothing else runs until end_copy() or abort_copy().
  Status start_copy(const std::string& sql, std::string_view what);
  Status send_copy(const std::string& bytes, std::string_view what);
  Status end_copy(std::string_view what);
  void abort_copy();
  /// Binary parameters of these types; end_statement() must follow before anything else runs.
  Status send_statement(const std::string& sql, const std::vector<uint32_t>& types,
                        const std::vector<std::string>& parameters, std::string_view what);
  Status end_statement(std::string_view what);

  // For the cursor.
  /// Runs one statement and waits for its end; `what` says what is being done, e.g. "read table orders".
  Result<PgResult> run(const std::string& sql, const PgTexts& parameters, bool binary, std::string_view what);
  /// What catalogues say of types that are not built in, cached.
  Result<PostgresType> custom_type(uint32_t oid, std::string& name);
  /// Whether each of these columns (table OID, number) must not be null, and is generated.
  struct Attribute {
    bool not_null = false;
    bool generated = false;
  };
  using Attributes = std::map<std::pair<uint32_t, int>, Attribute>;
  Result<Attributes> attributes(const std::vector<uint32_t>& tables);
  Result<int> money_digits();
  /// Ends an open transaction; a connection that cannot is not usable any more.
  void end_transaction();

 private:
  Result<PgResult> wait_for_result(std::string_view what);
  /// Sends what libpq holds back, reading what comes meanwhile.
  Status flush(std::string_view what);
  Error error_of(const PGresult* result, std::string_view what) const;

  std::unique_ptr<PGconn, PgCloser> connection_;
  const std::string isolation_;
  const StopSignal& stop_;
  std::map<uint32_t, std::pair<PostgresType, std::string>> custom_types_;
  int money_digits_ = -1;
  bool limited_ = false;  // begin() has set limits
  bool writing_ = false;  // between begin() and commit() or rollback()
};

/// Reads a declared cursor of the server, a block of rows a round trip; rows borrow from the blocks.
class PostgresCursor final : public RowCursor {
 public:
  PostgresCursor(PostgresConnection& connection, std::string subject, size_t rows_at_a_time)
      : connection_(connection), subject_(std::move(subject)), rows_at_a_time_(rows_at_a_time) {}
  ~PostgresCursor() override { connection_.end_transaction(); }
  PostgresCursor(const PostgresCursor&) = delete;
  PostgresCursor& operator=(const PostgresCursor&) = delete;

  Status start();
  Result<ReadOutcome> read(size_t rows_max, bool whole_groups, sdk::Arena& arena,
                           std::vector<Row>& rows) override;

 private:
  Status fetch();
  Status describe();
  Result<bool> at_row(sdk::Arena& arena) override;
  Result<std::optional<Instant>> instant_at(int column) override;
  Status read_fields(std::span<sdk::Value> values, sdk::Arena& arena) override;
  Status leave_row() override;
  size_t bytes_kept() const override { return bytes_kept_; }

  PostgresConnection& connection_;
  const std::string subject_;
  const size_t rows_at_a_time_;
  std::vector<PostgresForm> forms_;
  std::shared_ptr<PGresult> block_;
  int row_ = 0;
  int rows_ = 0;
  bool last_block_ = false;
  size_t bytes_kept_ = 0;  // of blocks, by the batch that is being read
  int money_digits_ = 2;
};

}  // namespace sluice::connectors::sql
