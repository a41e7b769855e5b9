#include "connectors/sql/odbc/writer.h"

#include <fmt/core.h>

#include <algorithm>

#include "connectors/sql/odbc/parameters.h"

namespace sluice::connectors::sql {
namespace {

constexpr size_t kArrayBytesMax = size_t{16} << 20;

/// What a call on the statement uses, which may outlive the writer.
struct Arrays {
  std::vector<ParameterColumn> columns;
  std::vector<SQLUSMALLINT> states;
  SQLULEN processed = 0;

  /// One execution for all rows.
  SQLRETURN run_array(SQLHSTMT statement, size_t rows) {
    states.assign(rows, SQL_PARAM_UNUSED);
    processed = 0;
    SQLRETURN code = SQLSetStmtAttr(statement, SQL_ATTR_PARAMSET_SIZE, as_pointer(rows), SQL_IS_UINTEGER);
    if (!SQL_SUCCEEDED(code)) return code;
    SQLSetStmtAttr(statement, SQL_ATTR_PARAM_STATUS_PTR, states.data(), SQL_IS_POINTER);
    SQLSetStmtAttr(statement, SQL_ATTR_PARAMS_PROCESSED_PTR, &processed, SQL_IS_POINTER);
    code = bind(statement, 0);
    if (SQL_SUCCEEDED(code)) code = SQLExecute(statement);
    if (SQL_SUCCEEDED(code) || code == SQL_NO_DATA) SQLFreeStmt(statement, SQL_CLOSE);
    return code;
  }

  SQLRETURN run_rows(SQLHSTMT statement, size_t from, size_t rows) {
    SQLSetStmtAttr(statement, SQL_ATTR_PARAMSET_SIZE, as_pointer(1), SQL_IS_UINTEGER);
    SQLSetStmtAttr(statement, SQL_ATTR_PARAM_STATUS_PTR, nullptr, SQL_IS_POINTER);
    SQLSetStmtAttr(statement, SQL_ATTR_PARAMS_PROCESSED_PTR, nullptr, SQL_IS_POINTER);
    for (size_t row = from; row < rows; ++row) {
      SQLRETURN code = bind(statement, row);
      if (SQL_SUCCEEDED(code)) code = SQLExecute(statement);
      if (!SQL_SUCCEEDED(code) && code != SQL_NO_DATA) return code;
      SQLFreeStmt(statement, SQL_CLOSE);
    }
    return SQL_SUCCESS;
  }

 private:
  SQLRETURN bind(SQLHSTMT statement, size_t row) {
    for (size_t i = 0; i < columns.size(); ++i) {
      const SQLRETURN code = bind_parameter(statement, static_cast<SQLUSMALLINT>(i + 1), columns[i], row);
      if (!SQL_SUCCEEDED(code)) return code;
    }
    return SQL_SUCCESS;
  }
};

class OdbcWriter final : public RowWriter {
 public:
  OdbcWriter(OdbcConnection& connection, OdbcStatementPtr statement, const TableWrite& write,
             const WriteOptions& options, std::string what)
      : connection_(connection), statement_(std::move(statement)), options_(options), what_(std::move(what)) {
    for (const WriteColumn* column : write.bound())
      arrays_->columns.push_back(make_parameter(connection.product(), *column));
  }
  ~OdbcWriter() override { connection_.release(std::move(statement_)); }
  OdbcWriter(const OdbcWriter&) = delete;
  OdbcWriter& operator=(const OdbcWriter&) = delete;

  Status write(const RowBlock& rows) override {
    const size_t step = std::max<size_t>(options_.rows_per_statement, 1);
    for (size_t first = 0; first < rows.rows();) {
      size_t count = std::min(step, rows.rows() - first);
      SLUICE_RETURN_IF_ERROR(put(rows, first, count));
      SLUICE_RETURN_IF_ERROR(run(count));
      first += count;
    }
    return {};
  }

 private:
  /// Fills the arrays with so many rows as they may hold: `count` becomes less.
  Status put(const RowBlock& rows, size_t first, size_t& count) {
    std::vector<size_t>& widths = widths_;
    for (;;) {
      widths.clear();
      size_t row_bytes = 0;
      for (size_t i = 0; i < arrays_->columns.size(); ++i) {
        widths.push_back(width_of(arrays_->columns[i], rows, i, first, count));
        row_bytes += widths.back();
      }
      if (count == 1 || row_bytes * count <= kArrayBytesMax) break;
      count = std::max<size_t>(count / 2, 1);
    }
    for (size_t i = 0; i < arrays_->columns.size(); ++i)
      SLUICE_RETURN_IF_ERROR(fill(arrays_->columns[i], rows, i, first, count, widths[i], options_));
    return {};
  }

  Status run(size_t count) {
    size_t done = 0;
    if (count > 1 && takes_arrays_) {
      const auto call = [statement = statement_, arrays = arrays_, count] {
        return arrays->run_array(statement->handle, count);
      };
      SLUICE_RETURN_IF_ERROR(connection_.call(statement_, call, what_));
      const auto& states = arrays_->states;
      if (std::find(states.begin(), states.end(), SQL_PARAM_ERROR) != states.end())
        return connection_.error_of(*statement_, what_);
      if (arrays_->processed == count) return {};
      // A driver that looked at the first row alone, and did not say so.
      takes_arrays_ = false;
      done = arrays_->processed <= 1 ? 1 : static_cast<size_t>(arrays_->processed);
    }
    const auto call = [statement = statement_, arrays = arrays_, done, count] {
      return arrays->run_rows(statement->handle, done, count);
    };
    SLUICE_RETURN_IF_ERROR(connection_.call(statement_, call, what_));
    return {};
  }

  OdbcConnection& connection_;
  OdbcStatementPtr statement_;
  const WriteOptions options_;
  const std::string what_;
  const std::shared_ptr<Arrays> arrays_ = std::make_shared<Arrays>();
  std::vector<size_t> widths_;  // by column
  bool takes_arrays_ = true;
};

}  // namespace

Result<std::unique_ptr<RowWriter>> make_odbc_writer(OdbcConnection& connection, const TableWrite& write,
                                                    const WriteOptions& options) {
  const std::string what = fmt::format(
      "{} table {}", write.kind == WriteKind::kDelete ? "delete from" : "write to", plain_name(write.table));
  for (const WriteColumn* column : write.bound()) {
    if (column->cells.kind == CellKind::kArray)
      return bad_record(fmt::format("Cannot {}: column '{}' cannot hold an array", what, column->name));
  }
  SLUICE_ASSIGN_OR_RETURN(const std::string sql, connection.dialect().statement(write, options));
  SLUICE_ASSIGN_OR_RETURN(OdbcStatementPtr statement, connection.prepare(sql, what));
  return std::unique_ptr<RowWriter>(
      std::make_unique<OdbcWriter>(connection, std::move(statement), write, options, what));
}

}  // namespace sluice::connectors::sql
