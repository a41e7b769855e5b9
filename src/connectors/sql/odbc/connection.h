#pragma once
// A connection by an ODBC driver, all of whose texts are wide: UTF-16 is the one encoding that every driver
// takes for the same, whatever the process' locale.
//
// Calls that may block run on the connection's call thread, so that stop and timeouts end every wait.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/stop_signal.h"
#include "connectors/sql/connection.h"
#include "connectors/sql/driver.h"
#include "connectors/sql/odbc/call_thread.h"
#include "connectors/sql/odbc/handles.h"
#include "connectors/sql/odbc/product.h"
#include "connectors/sql/odbc/types.h"

namespace sluice::connectors::sql {

/// The parts of a table's name, as a catalogue function takes them.
struct TableNames {
  std::u16string catalog;
  std::u16string schema;
  std::u16string table;
  std::u16string types;
};

class OdbcConnection final : public Connection {
 public:
  /// Connects by an ODBC connection string. Error kinds as a driver's connect().
  static Result<std::unique_ptr<OdbcConnection>> open(const std::string& connection_string,
                                                      const ConnectionOptions& options,
                                                      const StopSignal& stop);
  ~OdbcConnection() override;
  OdbcConnection(const OdbcConnection&) = delete;
  OdbcConnection& operator=(const OdbcConnection&) = delete;

  const Dialect& dialect() const override { return *dialect_; }
  bool usable() const override { return !lost_ && !calls_.abandoned(); }
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

  // For the cursor and the writer.
  Product product() const { return traits_->product; }
  const ProductTraits& traits() const { return *traits_; }
  OdbcStatementPtr new_statement() { return std::make_shared<OdbcStatement>(session_); }
  Result<OdbcStatementPtr> prepare(const std::string& sql, std::string_view what);
  /// A call on a statement, which SQLCancel ends. The code is one of success, SQL_NO_DATA included.
  Result<SQLRETURN> call(const OdbcStatementPtr& statement, CallThread::Call call, std::string_view what);
  /// Frees what the driver's calls may be needed for.
  void release(std::shared_ptr<void> owned);
  Result<std::vector<OdbcColumn>> columns_of(const OdbcStatement& statement, std::string_view what);
  Error error_of(const OdbcStatement& statement, std::string_view what);
  void end_query();

 private:
  OdbcConnection(std::string isolation, int64_t timeout_ms, const StopSignal& stop)
      : isolation_(std::move(isolation)), timeout_ms_(timeout_ms), calls_(stop) {}

  Result<std::unique_ptr<Cursor>> start_query(const Statement& query, const Zone& zone,
                                              size_t rows_at_a_time);
  Status connect(const std::string& connection_string);
  Status connect_session(const std::string& connection_string);
  Status set_up(const std::string& dialect_name);
  Status set_isolation();
  std::string info(SQLUSMALLINT what) const;
  /// A new one that knows of the statement timeout.
  Result<OdbcStatementPtr> limited_statement(std::string_view what);
  Result<OdbcStatementPtr> run_directly(const std::string& sql, std::string_view what);
  Result<OdbcStatementPtr> run_with(const std::string& sql, std::span<const Scalar> parameters,
                                    std::string_view what);
  Status autocommit(bool on);
  Status end_transaction(SQLSMALLINT how, std::string_view what);
  Error connection_error(std::string_view what);
  Result<std::string> one_text(std::string_view sql);
  /// Fills the empty parts of a name with the session's.
  Result<TableId> complete(const TableId& table);
  Status add_keys(const TableId& table, TableShape& shape);
  Status add_declarations(const TableId& table, TableShape& shape);
  Status drain(const OdbcStatementPtr& statement, Answer& answer, std::string_view what);
  /// The rows of a catalogue function; names are patterns or empty for any.
  using CatalogCall = SQLRETURN (*)(SQLHSTMT statement, TableNames& names);
  Result<Answer> catalogue(CatalogCall call, const TableId& table, const std::string& types,
                           std::string_view what);

  const std::string isolation_;
  const int64_t timeout_ms_;
  const ProductTraits* traits_ = &product_traits(Product::kOther);
  const Dialect* dialect_ = &generic_dialect();
  std::string product_name_ = "the ODBC driver";
  OdbcSessionPtr session_;
  CallThread calls_;
  std::optional<TableId> defaults_;  // catalog and schema of the session
  bool lost_ = false;
  bool writing_ = false;           // between begin() and commit() or rollback()
  bool statement_failed_ = false;  // the last one
};

}  // namespace sluice::connectors::sql
