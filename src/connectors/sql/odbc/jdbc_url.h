#pragma once
// JDBC URLs of databases that are reached by ODBC. Bytes of users: nothing is taken for granted.

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "connectors/sql/odbc/connection_string.h"

namespace sluice::connectors::sql {

struct JdbcTarget {
  std::string subprotocol;  // "sqlserver" for jtds as well
  std::string host;         // empty: not said
  std::string port;
  std::string instance;     // of SQL Server
  std::string database;     // or Oracle's service, SID or TNS name
  bool sid = false;         // of Oracle: `database` is one
  bool descriptor = false;  // of Oracle: `database` is a (DESCRIPTION=…) or a name of tnsnames.ora
  std::string user;
  std::string password;
  std::map<std::string, std::string> parameters;
};

/// `url` without "jdbc:". Error kind kBadConfig gives the form.
Result<JdbcTarget> read_jdbc_url(std::string_view url);
/// For the driver of that name. Parameters without a counterpart are left out with a warning that names them.
ConnectionString odbc_of(const JdbcTarget& target, const std::string& driver);

}  // namespace sluice::connectors::sql
