#pragma once
// What a driver gives us, freed in the order it wants. Shared between a connection's owner and its call
// thread, which make calls in turn.

#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#include <memory>
#include <string>
#include <utility>

namespace sluice::connectors::sql {

struct OdbcSession {
  SQLHENV environment = SQL_NULL_HENV;
  SQLHDBC connection = SQL_NULL_HDBC;
  bool connected = false;

  OdbcSession() = default;
  OdbcSession(const OdbcSession&) = delete;
  OdbcSession& operator=(const OdbcSession&) = delete;
  ~OdbcSession() {
    if (connected) {
      SQLEndTran(SQL_HANDLE_DBC, connection, SQL_ROLLBACK);  // an open one forbids to disconnect
      SQLDisconnect(connection);
    }
    if (connection != SQL_NULL_HDBC) SQLFreeHandle(SQL_HANDLE_DBC, connection);
    if (environment != SQL_NULL_HENV) SQLFreeHandle(SQL_HANDLE_ENV, environment);
  }
};
using OdbcSessionPtr = std::shared_ptr<OdbcSession>;

struct OdbcStatement {
  OdbcSessionPtr session;
  SQLHSTMT handle = SQL_NULL_HSTMT;

  explicit OdbcStatement(OdbcSessionPtr of) : session(std::move(of)) {
    SQLAllocHandle(SQL_HANDLE_STMT, session->connection, &handle);
  }
  OdbcStatement(const OdbcStatement&) = delete;
  OdbcStatement& operator=(const OdbcStatement&) = delete;
  ~OdbcStatement() {
    if (handle != SQL_NULL_HSTMT) SQLFreeHandle(SQL_HANDLE_STMT, handle);
  }
};
using OdbcStatementPtr = std::shared_ptr<OdbcStatement>;

/// The wide calls' texts; the caller keeps `text`.
inline SQLWCHAR* wide(std::u16string& text) { return reinterpret_cast<SQLWCHAR*>(text.data()); }
static_assert(sizeof(SQLWCHAR) == sizeof(char16_t));

inline SQLPOINTER as_pointer(SQLULEN value) {
  return reinterpret_cast<SQLPOINTER>(value);  // NOLINT(performance-no-int-to-ptr): ODBC's attributes
}

}  // namespace sluice::connectors::sql
