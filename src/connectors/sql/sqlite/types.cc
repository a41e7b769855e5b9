#include <fmt/core.h>

#include <charconv>

#include "connectors/sql/letter_case.h"
#include "connectors/sql/sqlite/handle.h"

namespace sluice::connectors::sql {
namespace {

struct Named {
  std::string_view name;
  SqlType type;
};

// As the driver that the Java connector uses reads them, but for REAL (SQLite's is a double) and DATETIME
// (has a time of day).
constexpr Named kNamed[] = {
    {"BOOLEAN", SqlType::kBoolean},
    {"BOOL", SqlType::kBoolean},
    {"TINYINT", SqlType::kTinyint},
    {"SMALLINT", SqlType::kSmallint},
    {"INT2", SqlType::kSmallint},
    {"INT", SqlType::kInteger},
    {"INTEGER", SqlType::kInteger},
    {"MEDIUMINT", SqlType::kInteger},
    {"BIGINT", SqlType::kBigint},
    {"INT8", SqlType::kBigint},
    {"UNSIGNED BIG INT", SqlType::kBigint},
    {"REAL", SqlType::kDouble},
    {"DOUBLE", SqlType::kDouble},
    {"DOUBLE PRECISION", SqlType::kDouble},
    {"FLOAT", SqlType::kDouble},
    {"DATE", SqlType::kDate},
    {"DATETIME", SqlType::kTimestamp},
    {"TIMESTAMP", SqlType::kTimestamp},
    {"TEXT", SqlType::kText},
    {"CLOB", SqlType::kText},
    {"BLOB", SqlType::kBinary},
    {"BINARY", SqlType::kBinary},
    {"VARBINARY", SqlType::kBinary},
    {"NUMERIC", SqlType::kNumeric},
    {"DECIMAL", SqlType::kDecimal},
};

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// "(10,2)"
void read_precision(std::string_view text, SqliteType& type) {
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, type.precision);
  const char* comma = first.ptr;
  while (comma != end && (*comma == ' ' || *comma == ',')) ++comma;
  std::from_chars(comma, end, type.scale);
}

}  // namespace

SqliteType sqlite_type(std::string_view declared) {
  const std::string upper = upper_case(declared);
  const size_t open = upper.find('(');
  const std::string_view name = trim(std::string_view(upper).substr(0, open));
  SqliteType type;
  if (open != std::string::npos) read_precision(std::string_view(upper).substr(open + 1), type);
  for (const Named& named : kNamed) {
    if (named.name != name) continue;
    type.type = named.type;
    type.known = true;
    // Without digits to go by, SQLite keeps such a number as an integer or a double.
    const bool decimal = type.type == SqlType::kNumeric || type.type == SqlType::kDecimal;
    if (decimal && type.precision == 0) type.type = SqlType::kDouble;
    return type;
  }
  if (name.find("CHAR") != std::string_view::npos || name.find("TEXT") != std::string_view::npos)
    type.known = true;
  return type;
}

Error sqlite_error(sqlite3* database, int code, std::string_view what) {
  const char* file = database == nullptr ? nullptr : sqlite3_db_filename(database, "main");
  const std::string message =
      fmt::format("{}: cannot {}: SQLite says '{}' ({})", file == nullptr || *file == '\0' ? "SQLite" : file,
                  what, sqlite3_errmsg(database), sqlite3_errstr(code));
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return retriable(message + ": another program holds the database; it is tried again");
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
    case SQLITE_SCHEMA:
      return retriable(message);
    case SQLITE_INTERRUPT:
      return closed(message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return failed(message + ": the file is damaged or no SQLite database; restore it from a backup");
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      return bad_record(message);
    default:
      return failed(message);
  }
}

Result<SqliteStatement> sqlite_prepare(sqlite3* database, const std::string& sql, std::string_view what) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v2(database, sql.c_str(), static_cast<int>(sql.size() + 1), &raw, nullptr);
  SqliteStatement statement(raw);
  if (code != SQLITE_OK) return sqlite_error(database, code, what);
  if (raw == nullptr) return failed(fmt::format("Cannot {}: the SQL is empty", what));
  return statement;
}

}  // namespace sluice::connectors::sql
