#include "connectors/sql/sqlite/writer.h"

#include <fmt/core.h>

#include "connectors/sql/time_text.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Value;

class SqliteWriter final : public RowWriter {
 public:
  SqliteWriter(sqlite3* database, SqliteStatement statement, TableWrite write, const WriteOptions& options)
      : database_(database),
        statement_(std::move(statement)),
        write_(std::move(write)),
        columns_(write_.bound()),
        options_(options),
        what_("write to table " + plain_name(write_.table)) {}

  Status write(const RowBlock& rows) override {
    for (size_t i = 0; i < rows.rows(); ++i) SLUICE_RETURN_IF_ERROR(write_row(rows.row(i)));
    return {};
  }

 private:
  Status write_row(std::span<const Value> cells) {
    for (size_t i = 0; i < cells.size(); ++i) bind(static_cast<int>(i + 1), *columns_[i], cells[i]);
    const int code = sqlite3_step(statement_.get());
    const Status status = code == SQLITE_DONE
                              ? Status{}
                              : Status(sqlite_error(database_, sqlite3_extended_errcode(database_), what_));
    sqlite3_reset(statement_.get());
    return status;
  }

  void bind(int place, const WriteColumn& column, const Value& cell) {
    sqlite3_stmt* statement = statement_.get();
    if (cell.is_null()) {
      sqlite3_bind_null(statement, place);
      return;
    }
    switch (column.cells.kind) {
      case CellKind::kBoolean:
        sqlite3_bind_int(statement, place, cell.as_boolean() ? 1 : 0);
        break;
      case CellKind::kInteger:
        sqlite3_bind_int64(statement, place, cell.as_integer());
        break;
      case CellKind::kFloat32:
      case CellKind::kFloat64:
        sqlite3_bind_double(statement, place, cell.as_float64());
        break;
      case CellKind::kBytes:
        sqlite3_bind_blob64(statement, place, cell.as_bytes().data(), cell.as_bytes().size(), SQLITE_STATIC);
        break;
      case CellKind::kDecimal:
        text_.clear();
        sdk::append_decimal_plain(text_, cell.as_bytes(), cell.decimal_scale());
        bind_text(place, text_, SQLITE_TRANSIENT);
        break;
      case CellKind::kDate:
      case CellKind::kTime:
      case CellKind::kTimestamp:
        bind_time(place, column, cell);
        break;
      case CellKind::kText:
      case CellKind::kArray:
        bind_text(place, cell.as_string(), SQLITE_STATIC);
        break;
    }
  }

  void bind_text(int place, std::string_view text, sqlite3_destructor_type keeping) {
    sqlite3_bind_text64(statement_.get(), place, text.data() == nullptr ? "" : text.data(), text.size(),
                        keeping, SQLITE_UTF8);
  }

  /// Milliseconds since 1970; a text on the zone's clock where the column is declared as one.
  void bind_time(int place, const WriteColumn& column, const Value& cell) {
    const CellType& type = column.cells;
    const bool date = type.kind == CellKind::kDate;
    if (column.declared.type != SqlType::kText || column.declared.type_name.empty()) {
      const int64_t ms = date ? cell.as_integer() * kMsPerDay : instant_of(type, cell).ms();
      sqlite3_bind_int64(statement_.get(), place, ms);
      return;
    }
    const std::string text = format_time(local_of(type, cell, options_), date ? '\0' : ' ', 3);
    const bool time = type.kind == CellKind::kTime;
    bind_text(place, time ? text.substr(sizeof("1970-01-01")) : text, SQLITE_TRANSIENT);
  }

  sqlite3* const database_;
  const SqliteStatement statement_;
  const TableWrite write_;
  const std::vector<const WriteColumn*> columns_;
  const WriteOptions options_;
  const std::string what_;
  std::string text_;
};

}  // namespace

Result<std::unique_ptr<RowWriter>> make_sqlite_writer(sqlite3* database, TableWrite write,
                                                      const WriteOptions& options) {
  for (const WriteColumn* column : write.bound()) {
    if (column->cells.kind == CellKind::kArray)
      return bad_record(fmt::format("SQLite cannot hold the array '{}'", column->name));
  }
  SLUICE_ASSIGN_OR_RETURN(const std::string sql, sqlite_dialect().statement(write, options));
  SLUICE_ASSIGN_OR_RETURN(SqliteStatement statement,
                          sqlite_prepare(database, sql, "write to table " + plain_name(write.table)));
  return std::unique_ptr<RowWriter>(
      std::make_unique<SqliteWriter>(database, std::move(statement), std::move(write), options));
}

}  // namespace sluice::connectors::sql
