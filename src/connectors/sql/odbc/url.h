#pragma once
// Connection URLs as ODBC connection strings: odbc:… as it stands, and the JDBC forms of databases that have
// no driver of their own here.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "connectors/sql/odbc/connection_string.h"
#include "sdk/properties.h"

namespace sluice::connectors::sql {

/// Names of the installed ODBC drivers, as odbcinst.ini has them.
using InstalledDrivers = std::function<std::vector<std::string>()>;
std::vector<std::string> installed_odbc_drivers();

/// What follows "jdbc:" in URLs that are translated here.
std::vector<std::string_view> odbc_subprotocols();

/// `properties` are the connector's "connection." keys: odbc.driver names the driver, others go to a JDBC
/// driver under their own names and are translated where they have a counterpart; with odbc: they are
/// keywords. Error kind kBadConfig says what is wrong, or which driver to install; it never repeats the URL.
Result<ConnectionString> odbc_connection_string(std::string_view url, const sdk::Properties& properties,
                                                const InstalledDrivers& installed);

}  // namespace sluice::connectors::sql
