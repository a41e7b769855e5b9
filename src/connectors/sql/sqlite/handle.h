#pragma once
// Owners of SQLite objects, and SQLite's errors as ours. Only the sqlite_*.cc files include this.

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "connectors/sql/column.h"

namespace sluice::connectors::sql {

struct SqliteCloser {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using SqliteDatabase = std::unique_ptr<sqlite3, SqliteCloser>;
using SqliteStatement = std::unique_ptr<sqlite3_stmt, SqliteCloser>;

/// The last error: `what` says what was tried, e.g. "read table orders".
Error sqlite_error(sqlite3* database, int code, std::string_view what);
Result<SqliteStatement> sqlite_prepare(sqlite3* database, const std::string& sql, std::string_view what);

/// The text of a column of the current row, "" for NULL. Valid until the next step.
inline std::string_view sqlite_text(sqlite3_stmt* statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  return text == nullptr
             ? std::string_view()
             : std::string_view(text, static_cast<size_t>(sqlite3_column_bytes(statement, column)));
}

/// What a declared type says; `known` is false where only the stored values can tell.
struct SqliteType {
  SqlType type = SqlType::kText;
  int precision = 0;
  int scale = 0;
  bool known = false;
};
SqliteType sqlite_type(std::string_view declared);

}  // namespace sluice::connectors::sql
