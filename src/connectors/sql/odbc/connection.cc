#include "connectors/sql/odbc/connection.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "connectors/sql/letter_case.h"
#include "connectors/sql/odbc/connection_string.h"
#include "connectors/sql/odbc/cursor.h"
#include "connectors/sql/odbc/diagnostics.h"
#include "connectors/sql/odbc/parameters.h"
#include "connectors/sql/odbc/spelling.h"
#include "connectors/sql/odbc/utf16.h"
#include "connectors/sql/odbc/values.h"
#include "connectors/sql/odbc/writer.h"
#include "connectors/sql/time_text.h"

namespace sluice::connectors::sql {
namespace {

constexpr SQLULEN kLoginSeconds = 10;
constexpr int64_t kConnectTimeoutMs = 20'000;  // whatever the driver makes of the above
constexpr int64_t kReleaseTimeoutMs = 2'000;
constexpr SQLSMALLINT kInfoBytes = 256;
constexpr SQLSMALLINT kNameUnits = 512;
constexpr SQLULEN kSnapshotIsolation = 32;       // SQL Server's SQL_TXN_SS_SNAPSHOT
constexpr SQLINTEGER kSnapshotAttribute = 1227;  // its SQL_COPT_SS_TXN_ISOLATION

SQLULEN isolation_level(std::string_view mode) {
  if (mode == "READ_UNCOMMITED") return SQL_TXN_READ_UNCOMMITTED;
  if (mode == "READ_COMMITED") return SQL_TXN_READ_COMMITTED;
  if (mode == "REPEATABLE_READ") return SQL_TXN_REPEATABLE_READ;
  if (mode == "SERIALIZABLE") return SQL_TXN_SERIALIZABLE;
  return mode == "SQL_SERVER_SNAPSHOT" ? kSnapshotIsolation : 0;
}

std::string number_attribute_text(SQLHSTMT statement, SQLUSMALLINT column, SQLUSMALLINT what) {
  SQLWCHAR text[kNameUnits] = {};
  SQLSMALLINT bytes = 0;
  const SQLRETURN code = SQLColAttributeW(statement, column, what, text,
                                          static_cast<SQLSMALLINT>(sizeof(text)), &bytes, nullptr);
  if (!SQL_SUCCEEDED(code) || bytes < 0) return "";
  const auto units = std::min<size_t>(static_cast<size_t>(bytes) / sizeof(char16_t), kNameUnits - 1);
  return to_utf8(std::u16string_view(reinterpret_cast<const char16_t*>(text), units));
}

int64_t number_attribute(SQLHSTMT statement, SQLUSMALLINT column, SQLUSMALLINT what) {
  SQLLEN number = 0;
  const SQLRETURN code = SQLColAttributeW(statement, column, what, nullptr, 0, nullptr, &number);
  return SQL_SUCCEEDED(code) ? number : 0;
}

/// A parameter of a statement that is no batch; lives until the statement has run.
struct Single {
  std::vector<char> bytes;
  SQLLEN length = SQL_NULL_DATA;
};
struct Singles {
  std::vector<Single> items;
};

SQLRETURN bind_text(SQLHSTMT statement, SQLUSMALLINT number, std::string_view text, Single& single) {
  const std::u16string units = to_utf16(text);
  single.bytes.resize(std::max<size_t>(units.size(), 1) * sizeof(char16_t));
  std::copy_n(reinterpret_cast<const char*>(units.data()), units.size() * sizeof(char16_t),
              single.bytes.data());
  single.length = static_cast<SQLLEN>(units.size() * sizeof(char16_t));
  return SQLBindParameter(statement, number, SQL_PARAM_INPUT, SQL_C_WCHAR, SQL_WVARCHAR,
                          std::max<SQLULEN>(units.size(), 1), 0, single.bytes.data(), single.length,
                          &single.length);
}

SQLRETURN bind_number(SQLHSTMT statement, SQLUSMALLINT number, int64_t value, bool as_int64, Single& single) {
  if (!as_int64) {
    const std::string text = std::to_string(value);
    single.bytes.assign(text.begin(), text.end());
    single.bytes.push_back('\0');
    single.length = static_cast<SQLLEN>(text.size());
    return SQLBindParameter(statement, number, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_DECIMAL, 38, 0,
                            single.bytes.data(), static_cast<SQLLEN>(single.bytes.size()), &single.length);
  }
  single.bytes.assign(reinterpret_cast<const char*>(&value),
                      reinterpret_cast<const char*>(&value) + sizeof(value));
  single.length = sizeof(value);
  return SQLBindParameter(statement, number, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 19, 0,
                          single.bytes.data(), sizeof(value), &single.length);
}

SQLRETURN bind_null(SQLHSTMT statement, SQLUSMALLINT number, Single& single) {
  return SQLBindParameter(statement, number, SQL_PARAM_INPUT, SQL_C_WCHAR, SQL_WVARCHAR, 1, 0, nullptr, 0,
                          &single.length);
}

/// As the column keeps it: storage.kind 'l' on the zone's clock, 'u' in UTC, 'z' as text with an offset.
Result<SQLRETURN> bind_time(SQLHSTMT statement, SQLUSMALLINT number, const TimeParameter& time,
                            const Zone& zone, Single& single) {
  const int digits = time.storage.digits > 0 ? std::min(time.storage.digits, 9) : 9;
  if (time.storage.kind == 'z')
    return bind_text(statement, number, format_time(time.utc, ' ', std::min(digits, 7)) + " +00:00", single);
  const Instant shown = time.storage.kind == 'u' ? time.utc : zone.to_local(time.utc);
  single.bytes.resize(sizeof(SQL_TIMESTAMP_STRUCT));
  single.length = sizeof(SQL_TIMESTAMP_STRUCT);
  SLUICE_RETURN_IF_ERROR(put_timestamp(shown, digits, single.bytes.data()));
  return SQLBindParameter(statement, number, SQL_PARAM_INPUT, SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP,
                          SQLULEN{20} + static_cast<SQLULEN>(digits), static_cast<SQLSMALLINT>(digits),
                          single.bytes.data(), sizeof(SQL_TIMESTAMP_STRUCT), &single.length);
}

}  // namespace

Result<std::unique_ptr<OdbcConnection>> OdbcConnection::open(const std::string& connection_string,
                                                             const ConnectionOptions& options,
                                                             const StopSignal& stop) {
  std::unique_ptr<OdbcConnection> connection(
      new OdbcConnection(options.isolation, options.statement_timeout_ms, stop));
  SLUICE_RETURN_IF_ERROR(connection->connect(connection_string));
  SLUICE_RETURN_IF_ERROR(connection->set_up(options.dialect_name));
  return connection;
}

OdbcConnection::~OdbcConnection() { release(std::move(session_)); }

Status OdbcConnection::connect(const std::string& connection_string) {
  SLUICE_RETURN_IF_ERROR(connect_session(connection_string));
  SLUICE_ASSIGN_OR_RETURN(const ConnectionString asked, ConnectionString::parse(connection_string));
  // Only a connected driver tells which one it is: a data source may stand for any.
  const std::string better = with_streaming(asked, info(SQL_DRIVER_NAME)).text();
  if (better == asked.text()) return {};
  release(std::move(session_));
  return connect_session(better);
}

Status OdbcConnection::connect_session(const std::string& connection_string) {
  session_ = std::make_shared<OdbcSession>();
  SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &session_->environment);
  SQLSetEnvAttr(session_->environment, SQL_ATTR_ODBC_VERSION, as_pointer(SQL_OV_ODBC3), SQL_IS_UINTEGER);
  SQLAllocHandle(SQL_HANDLE_DBC, session_->environment, &session_->connection);
  SQLSetConnectAttr(session_->connection, SQL_ATTR_LOGIN_TIMEOUT, as_pointer(kLoginSeconds), SQL_IS_UINTEGER);
  const auto call = [session = session_, text = to_utf16(connection_string)]() mutable {
    const SQLRETURN code =
        SQLDriverConnectW(session->connection, nullptr, wide(text), static_cast<SQLSMALLINT>(text.size()),
                          nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT);
    session->connected = SQL_SUCCEEDED(code);
    return code;
  };
  SLUICE_ASSIGN_OR_RETURN(const SQLRETURN code, calls_.run(call, {}, {kConnectTimeoutMs, false}, "connect"));
  if (SQL_SUCCEEDED(code)) return {};
  return connection_error("connect");
}

Status OdbcConnection::set_up(const std::string& dialect_name) {
  traits_ = &product_traits(info(SQL_DBMS_NAME));
  const std::string name = dialect_name.empty() ? std::string(traits_->dialect) : dialect_name;
  const auto found = find_dialect(name);
  if (!found.ok() && !dialect_name.empty()) return found.error();
  dialect_ = &with_question_marks(found.ok() ? **found : generic_dialect());
  if (const std::string said = info(SQL_DBMS_NAME); !said.empty()) product_name_ = said;
  SLUICE_RETURN_IF_ERROR(set_isolation());
  if (product() == Product::kMysql && dialect_->quote_begin() == '"')
    SLUICE_RETURN_IF_ERROR(
        execute("SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')", {}, "set up the session"));
  for (const std::string_view sql : traits_->session_sql)
    SLUICE_RETURN_IF_ERROR(execute(std::string(sql), {}, "set up the session"));
  return {};
}

Status OdbcConnection::set_isolation() {
  const SQLULEN level = isolation_level(isolation_);
  if (level == 0) return {};
  const SQLINTEGER attribute = level == kSnapshotIsolation ? kSnapshotAttribute : SQL_ATTR_TXN_ISOLATION;
  if (SQL_SUCCEEDED(SQLSetConnectAttr(session_->connection, attribute, as_pointer(level), SQL_IS_UINTEGER)))
    return {};
  if (level == kSnapshotIsolation && product() == Product::kSqlServer) {
    SLUICE_RETURN_IF_ERROR(
        execute("SET TRANSACTION ISOLATION LEVEL SNAPSHOT", {}, "set the isolation level"));
    return {};
  }
  return bad_config(fmt::format("The ODBC driver of {} does not know transaction.isolation.mode {}",
                                product_name_, isolation_));
}

std::string OdbcConnection::info(SQLUSMALLINT what) const {
  SQLWCHAR text[kInfoBytes] = {};
  SQLSMALLINT bytes = 0;
  if (!SQL_SUCCEEDED(
          SQLGetInfoW(session_->connection, what, text, static_cast<SQLSMALLINT>(sizeof(text)), &bytes)))
    return "";
  const auto units = std::clamp<size_t>(static_cast<size_t>(bytes) / sizeof(char16_t), 0, kInfoBytes - 1);
  return to_utf8(std::u16string_view(reinterpret_cast<const char16_t*>(text), units));
}

Error OdbcConnection::connection_error(std::string_view what) {
  const Diagnostics said = read_diagnostics(SQL_HANDLE_DBC, session_->connection);
  if (odbc_connection_lost(product(), said.state, said.native)) lost_ = true;
  return diagnosed(product(), product_name_, said, what);
}

Error OdbcConnection::error_of(const OdbcStatement& statement, std::string_view what) {
  const Diagnostics said = read_diagnostics(SQL_HANDLE_STMT, statement.handle);
  if (odbc_connection_lost(product(), said.state, said.native)) lost_ = true;
  statement_failed_ = true;
  return diagnosed(product(), product_name_, said, what);
}

Result<SQLRETURN> OdbcConnection::call(const OdbcStatementPtr& statement, CallThread::Call call,
                                       std::string_view what) {
  const auto cancel = [statement] { return SQLCancel(statement->handle); };
  SLUICE_ASSIGN_OR_RETURN(const SQLRETURN code,
                          calls_.run(std::move(call), cancel, {timeout_ms_, writing_}, what));
  if (SQL_SUCCEEDED(code) || code == SQL_NO_DATA) return code;
  return error_of(*statement, what);
}

void OdbcConnection::release(std::shared_ptr<void> owned) {
  if (!owned) return;
  CallThread::Call call = [owned = std::move(owned)]() mutable {
    owned.reset();
    return SQLRETURN{SQL_SUCCESS};
  };
  (void)calls_.run(std::move(call), {}, {kReleaseTimeoutMs, false}, "close").ok();
}

Result<OdbcStatementPtr> OdbcConnection::limited_statement(std::string_view what) {
  // psqlODBC begins a transaction for a cursor by itself, leaves it when that fails, and ends it only where
  // transactions are the application's.
  if (std::exchange(statement_failed_, false) && !writing_ && autocommit(false).ok()) rollback();
  OdbcStatementPtr statement = new_statement();
  if (statement->handle == SQL_NULL_HSTMT) return connection_error(what);
  if (timeout_ms_ > 0) {
    // For drivers that tell the server; our own clock counts besides.
    const auto seconds = static_cast<SQLULEN>((timeout_ms_ + 999) / 1000);
    SQLSetStmtAttr(statement->handle, SQL_ATTR_QUERY_TIMEOUT, as_pointer(seconds), SQL_IS_UINTEGER);
  }
  return statement;
}

Result<OdbcStatementPtr> OdbcConnection::prepare(const std::string& sql, std::string_view what) {
  SLUICE_ASSIGN_OR_RETURN(OdbcStatementPtr statement, limited_statement(what));
  const auto prepare = [statement, text = to_utf16(sql)]() mutable {
    return SQLPrepareW(statement->handle, wide(text), static_cast<SQLINTEGER>(text.size()));
  };
  SLUICE_RETURN_IF_ERROR(call(statement, prepare, what));
  return statement;
}

Result<std::vector<OdbcColumn>> OdbcConnection::columns_of(const OdbcStatement& statement,
                                                           std::string_view what) {
  SQLHSTMT handle = statement.handle;
  SQLSMALLINT count = 0;
  if (!SQL_SUCCEEDED(SQLNumResultCols(handle, &count))) return error_of(statement, what);
  std::vector<OdbcColumn> columns;
  for (SQLUSMALLINT i = 1; i <= count; ++i) {
    SQLWCHAR name[kNameUnits] = {};
    SQLSMALLINT units = 0;
    SQLSMALLINT type = 0;
    SQLULEN size = 0;
    SQLSMALLINT digits = 0;
    SQLSMALLINT nullable = SQL_NULLABLE_UNKNOWN;
    if (!SQL_SUCCEEDED(
            SQLDescribeColW(handle, i, name, kNameUnits, &units, &type, &size, &digits, &nullable)))
      return error_of(statement, what);
    OdbcColumn column;
    column.name =
        to_utf8(std::u16string_view(reinterpret_cast<const char16_t*>(name),
                                    static_cast<size_t>(std::clamp<int>(units, 0, kNameUnits - 1))));
    column.sql_type = type;
    column.type_name = number_attribute_text(handle, i, SQL_DESC_TYPE_NAME);
    column.size = static_cast<int64_t>(size);
    column.digits = digits;
    column.nullable = nullable != SQL_NO_NULLS;
    column.is_unsigned = number_attribute(handle, i, SQL_DESC_UNSIGNED) == SQL_TRUE;
    column.auto_increment = number_attribute(handle, i, SQL_DESC_AUTO_UNIQUE_VALUE) == SQL_TRUE;
    columns.push_back(std::move(column));
  }
  return columns;
}

Status OdbcConnection::drain(const OdbcStatementPtr& statement, Answer& answer, std::string_view what) {
  SQLSMALLINT count = 0;
  SQLNumResultCols(statement->handle, &count);
  if (count == 0) return {};
  auto block = std::make_shared<OdbcBlock>();
  block->rows_max = 1;
  block->by_cell = true;
  block->columns.resize(static_cast<size_t>(count));
  for (OdbcBlock::Cells& cells : block->columns) {
    cells.form = OdbcForm::kText;
    cells.c_type = SQL_C_WCHAR;
    cells.lengths.resize(1);
    cells.offsets.resize(1);
  }
  for (;;) {
    const auto fetch = [statement, block] { return block->fetch_cells(statement->handle); };
    SLUICE_ASSIGN_OR_RETURN(const SQLRETURN code, call(statement, fetch, what));
    if (code == SQL_NO_DATA) return {};
    auto& row = answer.rows.emplace_back();
    for (const OdbcBlock::Cells& cells : block->columns) {
      if (cells.lengths[0] == SQL_NULL_DATA) {
        row.emplace_back();
        continue;
      }
      const char* at = block->longs.data() + cells.offsets[0];
      row.emplace_back(to_utf8(std::u16string_view(
          reinterpret_cast<const char16_t*>(at), static_cast<size_t>(cells.lengths[0]) / sizeof(char16_t))));
    }
  }
}

Result<OdbcStatementPtr> OdbcConnection::run_directly(const std::string& sql, std::string_view what) {
  SLUICE_ASSIGN_OR_RETURN(OdbcStatementPtr statement, limited_statement(what));
  const auto run = [statement, text = to_utf16(sql)]() mutable {
    return SQLExecDirectW(statement->handle, wide(text), static_cast<SQLINTEGER>(text.size()));
  };
  SLUICE_RETURN_IF_ERROR(call(statement, run, what));
  return statement;
}

Result<OdbcStatementPtr> OdbcConnection::run_with(const std::string& sql, std::span<const Scalar> parameters,
                                                  std::string_view what) {
  SLUICE_ASSIGN_OR_RETURN(OdbcStatementPtr statement, prepare(sql, what));
  auto singles = std::make_shared<Singles>();
  singles->items.resize(parameters.size());
  for (size_t i = 0; i < parameters.size(); ++i) {
    const auto number = static_cast<SQLUSMALLINT>(i + 1);
    Single& single = singles->items[i];
    const auto* value = std::get_if<int64_t>(&parameters[i]);
    const auto* text = std::get_if<std::string>(&parameters[i]);
    const SQLRETURN bound =
        value != nullptr  ? bind_number(statement->handle, number, *value, traits_->int64_parameters, single)
        : text != nullptr ? bind_text(statement->handle, number, *text, single)
                          : bind_null(statement->handle, number, single);
    if (!SQL_SUCCEEDED(bound)) return error_of(*statement, what);
  }
  const auto run = [statement, singles] { return SQLExecute(statement->handle); };
  SLUICE_RETURN_IF_ERROR(call(statement, run, what));
  return statement;
}

Result<Answer> OdbcConnection::execute(const std::string& sql, std::span<const Scalar> parameters,
                                       std::string_view what) {
  SLUICE_ASSIGN_OR_RETURN(OdbcStatementPtr statement,
                          parameters.empty() ? run_directly(sql, what) : run_with(sql, parameters, what));
  Answer answer;
  SQLLEN affected = 0;
  if (SQL_SUCCEEDED(SQLRowCount(statement->handle, &affected)) && affected > 0) answer.affected = affected;
  SLUICE_RETURN_IF_ERROR(drain(statement, answer, what));
  release(std::move(statement));
  return answer;
}

Result<std::unique_ptr<Cursor>> OdbcConnection::query(const sql::Statement& statement, const Zone& zone,
                                                      size_t rows_at_a_time) {
  SLUICE_RETURN_IF_ERROR(autocommit(false));  // many drivers stream in transactions alone
  auto cursor = start_query(statement, zone, rows_at_a_time);
  if (!cursor.ok()) end_query();
  return cursor;
}

Result<std::unique_ptr<Cursor>> OdbcConnection::start_query(const sql::Statement& query, const Zone& zone,
                                                            size_t rows_at_a_time) {
  const std::string what = "read " + query.subject;
  SLUICE_ASSIGN_OR_RETURN(OdbcStatementPtr statement, prepare(query.sql, what));
  auto singles = std::make_shared<Singles>();
  singles->items.resize(query.parameters.size());
  for (size_t i = 0; i < query.parameters.size(); ++i) {
    const auto number = static_cast<SQLUSMALLINT>(i + 1);
    Single& single = singles->items[i];
    SQLRETURN bound = SQL_SUCCESS;
    if (const auto* value = std::get_if<int64_t>(&query.parameters[i])) {
      bound = bind_number(statement->handle, number, *value, traits_->int64_parameters, single);
    } else {
      SLUICE_ASSIGN_OR_RETURN(bound, bind_time(statement->handle, number,
                                               std::get<TimeParameter>(query.parameters[i]), zone, single));
    }
    if (!SQL_SUCCEEDED(bound)) return error_of(*statement, what);
  }
  const auto run = [statement, singles] { return SQLExecute(statement->handle); };
  SLUICE_RETURN_IF_ERROR(call(statement, run, what));
  auto cursor = std::make_unique<OdbcCursor>(*this, std::move(statement), query.subject, rows_at_a_time);
  SLUICE_RETURN_IF_ERROR(cursor->start());
  return std::unique_ptr<Cursor>(std::move(cursor));
}

Result<Instant> OdbcConnection::now() {
  const std::string what = "read the database's clock";
  SLUICE_ASSIGN_OR_RETURN(OdbcStatementPtr statement, prepare(std::string(traits_->clock_sql), what));
  const auto run = [statement] { return SQLExecute(statement->handle); };
  SLUICE_RETURN_IF_ERROR(call(statement, run, what));
  auto time = std::make_shared<Single>();
  time->bytes.resize(sizeof(SQL_TIMESTAMP_STRUCT));
  const auto fetch = [statement, time]() -> SQLRETURN {
    const SQLRETURN code = SQLFetch(statement->handle);
    if (!SQL_SUCCEEDED(code)) return code;
    return SQLGetData(statement->handle, 1, SQL_C_TYPE_TIMESTAMP, time->bytes.data(),
                      sizeof(SQL_TIMESTAMP_STRUCT), &time->length);
  };
  SLUICE_ASSIGN_OR_RETURN(const SQLRETURN code, call(statement, fetch, what));
  release(std::move(statement));
  if (code == SQL_NO_DATA || time->length == SQL_NULL_DATA)
    return failed("Cannot " + what + ": it says nothing");
  static const RowPlan utc;
  return odbc_instant(OdbcForm::kInstant, utc, BytesView(time->bytes.data(), time->bytes.size()));
}

Result<TimeStorage> OdbcConnection::time_storage(const std::string& from, const std::string& expression) {
  const std::string what = "look at the times in " + expression;
  SLUICE_ASSIGN_OR_RETURN(OdbcStatementPtr statement,
                          prepare(fmt::format("SELECT {} FROM {} WHERE 1=0", expression, from), what));
  const auto run = [statement] { return SQLExecute(statement->handle); };
  SLUICE_RETURN_IF_ERROR(call(statement, run, what));
  SLUICE_ASSIGN_OR_RETURN(const auto columns, columns_of(*statement, what));
  release(std::move(statement));
  if (columns.size() != 1) return failed("Cannot " + what + ": it is not one column");
  TimeStorage storage;
  const OdbcForm form = odbc_type(product(), columns[0]).form;
  storage.kind = form == OdbcForm::kInstant                                         ? 'u'
                 : form == OdbcForm::kZonedText && product() == Product::kSqlServer ? 'z'
                 : form == OdbcForm::kZonedText                                     ? 'u'
                                                                                    : 'l';
  storage.digits = columns[0].digits;
  if (product() == Product::kSqlServer && same_word(columns[0].type_name, "datetime")) {
    log::warn(
        "{} is a DATETIME, which keeps times to 3.33 ms only: rows of neighbouring times may be missed. "
        "Make it a DATETIME2",
        expression);
  }
  return storage;
}

Status OdbcConnection::autocommit(bool on) {
  const auto call = [session = session_, on] {
    return SQLSetConnectAttr(session->connection, SQL_ATTR_AUTOCOMMIT,
                             as_pointer(on ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF), SQL_IS_UINTEGER);
  };
  SLUICE_ASSIGN_OR_RETURN(const SQLRETURN code,
                          calls_.run(call, {}, {timeout_ms_, true}, "begin a transaction"));
  if (SQL_SUCCEEDED(code)) return {};
  return connection_error("begin a transaction");
}

Status OdbcConnection::end_transaction(SQLSMALLINT how, std::string_view what) {
  const auto call = [session = session_, how] {
    return SQLEndTran(SQL_HANDLE_DBC, session->connection, how);
  };
  SLUICE_ASSIGN_OR_RETURN(const SQLRETURN code, calls_.run(call, {}, {timeout_ms_, true}, what));
  if (!SQL_SUCCEEDED(code)) return connection_error(what);
  return autocommit(true);
}

Status OdbcConnection::begin() {
  SLUICE_RETURN_IF_ERROR(autocommit(false));
  writing_ = true;
  return {};
}

Status OdbcConnection::commit() {
  Status done = end_transaction(SQL_COMMIT, "commit");
  writing_ = false;
  return done;
}

void OdbcConnection::rollback() {
  writing_ = false;
  if (!usable()) return;
  if (!end_transaction(SQL_ROLLBACK, "roll back").ok()) lost_ = true;
}

void OdbcConnection::end_query() {
  if (!writing_) rollback();
}

Result<std::unique_ptr<RowWriter>> OdbcConnection::writer(TableWrite write, const WriteOptions& options) {
  return make_odbc_writer(*this, write, options);
}

}  // namespace sluice::connectors::sql
