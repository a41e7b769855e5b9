#include "connectors/sql/odbc/url.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <charconv>

#include "connectors/sql/letter_case.h"
#include "connectors/sql/odbc/handles.h"
#include "connectors/sql/odbc/jdbc_url.h"
#include "connectors/sql/odbc/utf16.h"

namespace sluice::connectors::sql {
namespace {

constexpr std::string_view kDriverKey = "odbc.driver";

struct KnownDriver {
  std::string_view subprotocol;
  std::string_view pattern;  // in the names of its driver, in lower case; the first that is installed wins
};
constexpr KnownDriver kKnown[] = {
    {"sqlserver", "odbc driver 18 for sql server"},
    {"sqlserver", "odbc driver 17 for sql server"},
    {"sqlserver", "for sql server"},
    {"sqlserver", "freetds"},
    {"oracle", "oracle"},
    {"db2", "db2"},
    {"vertica", "vertica"},
    {"sap", "hdbodbc"},
    {"sap", "hana"},
    {"sybase", "adaptive server"},
    {"sybase", "sybase"},
    {"sybase", "freetds"},
    {"derby", "derby"},
    {"derby", "db2"},
};

struct Advice {
  std::string_view subprotocol;
  std::string_view text;
};
constexpr Advice kAdvice[] = {
    {"sqlserver", "install Microsoft's package msodbcsql18, or tdsodbc (FreeTDS)"},
    {"oracle", "install Oracle Instant Client with its ODBC package and run its odbc_update_ini.sh"},
    {"db2", "install IBM's Data Server Driver for ODBC and CLI"},
    {"vertica", "install the Vertica client package"},
    {"sap", "install the SAP HANA client, whose driver is libodbcHDB.so"},
    {"sybase", "install SAP's Adaptive Server Enterprise ODBC driver, or tdsodbc (FreeTDS)"},
    {"derby", "install IBM's Data Server Driver for ODBC and CLI, which speaks to Derby's network server"},
};

Result<std::string> pick_driver(std::string_view subprotocol, const sdk::Properties& properties,
                                const InstalledDrivers& installed) {
  if (const std::string* named = sdk::find(properties, kDriverKey); named != nullptr) return *named;
  const std::vector<std::string> drivers = installed();
  for (const KnownDriver& known : kKnown) {
    if (known.subprotocol != subprotocol) continue;
    for (const std::string& driver : drivers) {
      if (lower_case(driver).find(known.pattern) != std::string::npos) return driver;
    }
  }
  std::string_view advice = "install its ODBC driver";
  for (const Advice& one : kAdvice) {
    if (one.subprotocol == subprotocol) advice = one.text;
  }
  return bad_config(fmt::format(
      "No ODBC driver for jdbc:{}: is installed: {}, so that odbcinst.ini names it, or write "
      "connection.url=odbc:Driver=/path/to/driver.so;…. Installed are: {}",
      subprotocol, advice, drivers.empty() ? "none" : fmt::format("{}", fmt::join(drivers, ", "))));
}

}  // namespace

std::vector<std::string> installed_odbc_drivers() {
  OdbcSession session;
  std::vector<std::string> names;
  SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &session.environment);
  SQLSetEnvAttr(session.environment, SQL_ATTR_ODBC_VERSION, as_pointer(SQL_OV_ODBC3), SQL_IS_UINTEGER);
  SQLCHAR name[256] = {};
  SQLCHAR attributes[1024] = {};
  SQLSMALLINT name_length = 0;
  SQLSMALLINT attributes_length = 0;
  SQLUSMALLINT direction = SQL_FETCH_FIRST;
  while (SQL_SUCCEEDED(SQLDrivers(session.environment, direction, name, sizeof(name), &name_length,
                                  attributes, sizeof(attributes), &attributes_length))) {
    names.emplace_back(reinterpret_cast<const char*>(name));
    direction = SQL_FETCH_NEXT;
  }
  return names;
}

std::vector<std::string_view> odbc_subprotocols() {
  return {"odbc", "sqlserver", "jtds", "oracle", "db2", "vertica", "sap", "sybase", "derby"};
}

Result<ConnectionString> odbc_connection_string(std::string_view url, const sdk::Properties& properties,
                                                const InstalledDrivers& installed) {
  constexpr std::string_view kOdbc = "odbc:";
  constexpr std::string_view kJdbc = "jdbc:";
  if (url.find('\0') != std::string_view::npos) return bad_config("The URL holds a null character");
  if (url.starts_with(kJdbc)) url.remove_prefix(kJdbc.size());
  if (url.starts_with(kOdbc)) {
    SLUICE_ASSIGN_OR_RETURN(ConnectionString string, ConnectionString::parse(url.substr(kOdbc.size())));
    if (const std::string* named = sdk::find(properties, kDriverKey); named != nullptr)
      string.set_if_absent("Driver", *named);
    for (const auto& [name, value] : properties) {
      if (name != kDriverKey && name.find_first_of(";={}") == std::string::npos) string.set(name, value);
    }
    const bool placed = string.find("DSN") != nullptr || string.find("Driver") != nullptr ||
                        string.find("FileDSN") != nullptr;
    if (placed) return string;
    return bad_config(
        "The ODBC URL names no driver: write odbc:DSN=name, or odbc:Driver={name of odbcinst.ini, or a "
        "path};…");
  }
  SLUICE_ASSIGN_OR_RETURN(JdbcTarget target, read_jdbc_url(url));
  for (const auto& [name, value] : properties) {
    if (name != kDriverKey) target.parameters.insert_or_assign(name, value);
  }
  SLUICE_ASSIGN_OR_RETURN(const std::string driver, pick_driver(target.subprotocol, properties, installed));
  return odbc_of(target, driver);
}

}  // namespace sluice::connectors::sql
