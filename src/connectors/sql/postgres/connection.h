#pragma once
// A connection to PostgreSQL by libpq that never waits without listening to stop. One thread.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/stop_signal.h"
#include "connectors/sql/connection.h"
#include "connectors/sql/postgres/values.h"
#include "connectors/sql/row_cursor.h"
#include "drivers/postgres/session.h"

namespace sluice::connectors::sql {

using PgResult = postgres::ResultPtr;
using postgres::cell;

class PostgresConnection final : public Connection {
 public:
  PostgresConnection(std::unique_ptr<postgres::Session> link, std::string isolation)
      : link_(std::move(link)), isolation_(std::move(isolation)) {}

  Result<std::vector<TableId>> tables(const TablePattern& pattern) override;
  const Dialect& dialect() const override { return postgres_dialect(); }
  Result<TableShape> describe(const TableId& table) override;
  Result<Instant> now() override;
  Result<std::unique_ptr<Cursor>> query(const Statement& statement, const Zone& zone,
                                        size_t rows_at_a_time) override;
  bool usable() const override { return link_->usable(); }
  Result<std::optional<std::vector<std::string>>> running_transactions() override;
  Result<Answer> execute(const std::string& sql, std::span<const Scalar> parameters,
                         std::string_view what) override;
  Status begin() override;
  Status commit() override;
  void rollback() override {
    link_->set_writing(false);
    link_->end_transaction();
  }
  Result<std::string> session() override;
  Status end_session(const std::string& session) override;
  Result<std::unique_ptr<RowWriter>> writer(TableWrite write, const WriteOptions& options) override;

  // For the cursor and the writers.
  postgres::Session& link() { return *link_; }
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

 private:
  std::unique_ptr<postgres::Session> link_;
  const std::string isolation_;
  std::map<uint32_t, std::pair<PostgresType, std::string>> custom_types_;
  int money_digits_ = -1;
  bool limited_ = false;  // begin() has set limits
};

/// Reads a declared cursor of the server, a block of rows a round trip; rows borrow from the blocks.
class PostgresCursor final : public RowCursor {
 public:
  PostgresCursor(PostgresConnection& connection, std::string subject, size_t rows_at_a_time)
      : connection_(connection), subject_(std::move(subject)), rows_at_a_time_(rows_at_a_time) {}
  ~PostgresCursor() override { connection_.link().end_transaction(); }
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
