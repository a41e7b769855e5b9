#include "connectors/sql/odbc/jdbc_url.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "connectors/sql/letter_case.h"

namespace sluice::connectors::sql {
namespace {

struct Form {
  std::string_view subprotocol;
  std::string_view form;
};
constexpr Form kForms[] = {
    {"sqlserver", "jdbc:sqlserver://host\\instance:1433;databaseName=…;encrypt=true"},
    {"jtds", "jdbc:jtds:sqlserver://host:1433/database;instance=…"},
    {"oracle",
     "jdbc:oracle:thin:@//host:1521/service, jdbc:oracle:thin:@host:1521:sid or "
     "jdbc:oracle:thin:@(DESCRIPTION=…)"},
    {"db2", "jdbc:db2://host:50000/database:key=value;"},
    {"vertica", "jdbc:vertica://host:5433/database?key=value"},
    {"sap", "jdbc:sap://host:30015/?databaseName=…"},
    {"sybase", "jdbc:sybase:Tds:host:5000/database?key=value"},
    {"derby", "jdbc:derby://host:1527/database;create=false"},
};

Error wrong(std::string_view subprotocol) {
  for (const Form& form : kForms) {
    if (form.subprotocol == subprotocol)
      return bad_config(fmt::format("The URL cannot be read; its form is {}", form.form));
  }
  return bad_config("The URL cannot be read");
}

bool is_port(std::string_view text) {
  int port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && port > 0 && port < 65'536;
}

bool take(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

/// What stands before one of `ends`, which `text` then starts with.
std::string_view until(std::string_view& text, std::string_view ends) {
  const size_t end = std::min(text.find_first_of(ends), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end);
  return part;
}

/// "host:port", "[::1]:port", "host\instance:port"
bool read_host(std::string_view text, JdbcTarget& target) {
  const size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  const size_t colon = text.find(':', bracket);
  if (colon != std::string_view::npos) {
    target.port = text.substr(colon + 1);
    if (!is_port(target.port)) return false;
    text = text.substr(0, colon);
  }
  if (text.starts_with('[')) text = text.substr(1, bracket - 1);
  if (const size_t slash = text.find('\\'); slash != std::string_view::npos) {
    target.instance = text.substr(slash + 1);
    text = text.substr(0, slash);
  }
  target.host = text;
  return true;
}

/// "a=b;c={d;e}" with one kind of separator; SQL Server's values may stand in braces.
bool read_parameters(std::string_view text, char separator, JdbcTarget& target) {
  while (!text.empty()) {
    if (text.front() == separator || text.front() == ' ') {
      text.remove_prefix(1);
      continue;
    }
    const size_t equals = text.find('=');
    const size_t end = std::min(text.find(separator), text.size());
    if (equals == std::string_view::npos || equals > end) return false;
    const std::string name(text.substr(0, equals));
    text.remove_prefix(equals + 1);
    std::string value;
    if (text.starts_with('{')) {
      size_t at = 1;
      for (; at < text.size(); ++at) {
        if (text[at] == '}' && at + 1 < text.size() && text[at + 1] == '}') {
          ++at;
        } else if (text[at] == '}') {
          break;
        }
        value.push_back(text[at]);
      }
      if (at >= text.size()) return false;
      text.remove_prefix(at + 1);
      if (!text.empty() && text.front() != separator) return false;
    } else {
      value = until(text, std::string_view(&separator, 1));
    }
    target.parameters.insert_or_assign(name, value);
  }
  return true;
}

bool read_sql_server(std::string_view text, JdbcTarget& target) {
  if (!take(text, "//")) return false;
  return read_host(until(text, ";"), target) && read_parameters(text, ';', target);
}

bool read_jtds(std::string_view text, JdbcTarget& target) {
  target.subprotocol = "sqlserver";
  if (take(text, "sybase://")) {
    target.subprotocol = "sybase";
  } else if (!take(text, "sqlserver://")) {
    return false;
  }
  if (!read_host(until(text, "/;"), target)) return false;
  if (take(text, "/")) target.database = until(text, ";");
  return read_parameters(text, ';', target);
}

bool read_oracle_address(std::string_view text, JdbcTarget& target) {
  if (text.empty() || text.find_first_of(";{}") != std::string_view::npos) return false;
  if (text.starts_with('(')) {
    target.database = text;
    target.descriptor = true;
    return std::count(text.begin(), text.end(), '(') == std::count(text.begin(), text.end(), ')');
  }
  if (take(text, "tcps://")) {
    target.descriptor = true;  // as an easy-connect text, which the client reads itself
    target.database = "tcps://" + std::string(text);
    return true;
  }
  const bool slashes = take(text, "//") || take(text, "tcp://");
  const size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    target.database = text.substr(slash + 1);
    return read_host(text.substr(0, slash), target) && !target.host.empty() && !target.database.empty();
  }
  if (slashes) return read_host(text, target) && !target.host.empty();
  const size_t last = text.rfind(':');
  if (last == std::string_view::npos) {  // a name of tnsnames.ora
    target.database = text;
    target.descriptor = true;
    return true;
  }
  target.database = text.substr(last + 1);
  target.sid = true;
  return read_host(text.substr(0, last), target) && !target.host.empty() && !target.database.empty();
}

bool read_oracle(std::string_view text, JdbcTarget& target) {
  if (!take(text, "thin:") && !take(text, "oci:") && !take(text, "oci8:")) return false;
  const size_t at = text.starts_with('(') ? std::string_view::npos : text.find('@');
  if (at == std::string_view::npos) return false;
  std::string_view login = text.substr(0, at);
  target.user = until(login, "/");
  if (take(login, "/")) target.password = login;
  return read_oracle_address(text.substr(at + 1), target);
}

bool read_db2(std::string_view text, JdbcTarget& target) {
  if (take(text, "//")) {
    if (!read_host(until(text, "/"), target)) return false;
    if (!take(text, "/")) return false;
  }
  target.database = until(text, ":;");
  if (!text.empty()) text.remove_prefix(1);
  return !target.database.empty() && read_parameters(text, ';', target);
}

bool read_derby(std::string_view text, JdbcTarget& target) {
  if (!take(text, "//")) return false;  // a database in this process' folder: Java only
  return read_host(until(text, "/"), target) && take(text, "/") &&
         !(target.database = std::string(until(text, ";"))).empty() && read_parameters(text, ';', target);
}

bool read_query_form(std::string_view text, JdbcTarget& target) {
  if (!take(text, "//")) return false;
  if (!read_host(until(text, "/?"), target)) return false;
  if (take(text, "/")) target.database = until(text, "?");
  take(text, "?");
  return read_parameters(text, '&', target);
}

bool read_sybase(std::string_view text, JdbcTarget& target) {
  if (!take(text, "Tds:")) return false;
  if (!read_host(until(text, "/?"), target)) return false;
  if (take(text, "/")) target.database = until(text, "?");
  take(text, "?");
  return read_parameters(text, '&', target);
}

using Reader = bool (*)(std::string_view, JdbcTarget&);
constexpr std::pair<std::string_view, Reader> kReaders[] = {
    {"sqlserver", read_sql_server}, {"jtds", read_jtds},      {"oracle", read_oracle}, {"db2", read_db2},
    {"vertica", read_query_form},   {"sap", read_query_form}, {"sybase", read_sybase}, {"derby", read_derby},
};

/// A JDBC parameter and its ODBC keyword.
struct Renamed {
  std::string_view subprotocol;
  std::string_view jdbc;
  std::string_view odbc;
};
constexpr Renamed kRenamed[] = {
    {"sqlserver", "databaseName", "Database"},
    {"sqlserver", "database", "Database"},
    {"sqlserver", "user", "UID"},
    {"sqlserver", "userName", "UID"},
    {"sqlserver", "password", "PWD"},
    {"sqlserver", "encrypt", "Encrypt"},
    {"sqlserver", "trustServerCertificate", "TrustServerCertificate"},
    {"sqlserver", "hostNameInCertificate", "HostnameInCertificate"},
    {"sqlserver", "serverCertificate", "ServerCertificate"},
    {"sqlserver", "applicationName", "APP"},
    {"sqlserver", "appName", "APP"},
    {"sqlserver", "workstationID", "WSID"},
    {"sqlserver", "applicationIntent", "ApplicationIntent"},
    {"sqlserver", "multiSubnetFailover", "MultiSubnetFailover"},
    {"sqlserver", "authentication", "Authentication"},
    {"sqlserver", "serverSpn", "ServerSPN"},
    {"sqlserver", "failoverPartner", "Failover_Partner"},
    {"db2", "user", "UID"},
    {"db2", "password", "PWD"},
    {"db2", "currentSchema", "CurrentSchema"},
    {"db2", "sslTrustStoreLocation", "SSLServerCertificate"},
    {"vertica", "user", "UID"},
    {"vertica", "password", "PWD"},
    {"vertica", "TLSmode", "TLSMode"},
    {"vertica", "BackupServerNode", "BackupServerNode"},
    {"vertica", "ConnectionLoadBalance", "ConnectionLoadBalance"},
    {"sap", "user", "UID"},
    {"sap", "password", "PWD"},
    {"sap", "databaseName", "DatabaseName"},
    {"sap", "currentSchema", "CURRENTSCHEMA"},
    {"sap", "encrypt", "ENCRYPT"},
    {"sap", "validateCertificate", "sslValidateCertificate"},
    {"sybase", "user", "UID"},
    {"sybase", "password", "PWD"},
    {"sybase", "ENCRYPT_PASSWORD", "EncryptPassword"},
    {"derby", "user", "UID"},
    {"derby", "password", "PWD"},
};

std::string yes_or_no(std::string_view value) {
  if (same_word(value, "true")) return "yes";
  return same_word(value, "false") ? "no" : std::string(value);
}

void add_parameters(const JdbcTarget& target, ConnectionString& string) {
  for (const auto& [name, value] : target.parameters) {
    const auto found =
        std::find_if(std::begin(kRenamed), std::end(kRenamed), [&, name = name](const Renamed& one) {
          return one.subprotocol == target.subprotocol && same_word(one.jdbc, name);
        });
    if (found != std::end(kRenamed)) {
      string.set(std::string(found->odbc), target.subprotocol == "sqlserver" ? yes_or_no(value) : value);
    } else if (target.subprotocol == "sqlserver" && same_word(name, "integratedSecurity")) {
      if (same_word(value, "true")) string.set("Trusted_Connection", "yes");
    } else if (target.subprotocol == "db2" && same_word(name, "sslConnection")) {
      if (same_word(value, "true")) string.set("Security", "SSL");
    } else if (!same_word(name, "portNumber") && !same_word(name, "port") &&
               !same_word(name, "instanceName") && !same_word(name, "instance") &&
               !same_word(name, "serverName")) {
      log::warn("The JDBC parameter '{}' means nothing to the ODBC driver and is left out", name);
    }
  }
}

std::string parameter(const JdbcTarget& target, std::string_view name) {
  for (const auto& [known, value] : target.parameters) {
    if (same_word(known, name)) return value;
  }
  return "";
}

std::string first_of(std::initializer_list<std::string> texts) {
  for (const std::string& text : texts) {
    if (!text.empty()) return text;
  }
  return "";
}

void place_sql_server(const JdbcTarget& target, bool freetds, ConnectionString& string) {
  const std::string host = first_of({target.host, parameter(target, "serverName"), "localhost"});
  const std::string port =
      first_of({target.port, parameter(target, "portNumber"), parameter(target, "port")});
  const std::string instance =
      first_of({target.instance, parameter(target, "instanceName"), parameter(target, "instance")});
  if (freetds) {
    string.set("Server", port.empty() && !instance.empty() ? host + "\\" + instance : host);
    if (!port.empty() || instance.empty()) string.set("Port", port.empty() ? "1433" : port);
    string.set("ClientCharset", "UTF-8");
    return;
  }
  // A port is said by a comma, and makes the instance's name meaningless, as in the JDBC driver.
  string.set("Server", !port.empty() ? host + "," + port : instance.empty() ? host : host + "\\" + instance);
}

/// An easy-connect text, which takes no SID; for those a descriptor.
std::string oracle_place(const JdbcTarget& target) {
  if (target.descriptor) return target.database;
  const std::string port = target.port.empty() ? "1521" : target.port;
  if (!target.sid) {
    const bool six = target.host.find(':') != std::string::npos;
    return fmt::format("//{}:{}/{}", six ? "[" + target.host + "]" : target.host, port, target.database);
  }
  return fmt::format("(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST={})(PORT={}))(CONNECT_DATA=(SID={})))",
                     target.host, port, target.database);
}

void place(const JdbcTarget& target, bool freetds, ConnectionString& string) {
  const std::string& kind = target.subprotocol;
  const std::string host = first_of({target.host, "localhost"});
  if (kind == "sqlserver") {
    place_sql_server(target, freetds, string);
  } else if (kind == "oracle") {
    string.set("DBQ", oracle_place(target));
    return;
  } else if (kind == "db2" || kind == "derby") {
    string.set("Hostname", host);
    string.set("Port", first_of({target.port, kind == "db2" ? "50000" : "1527"}));
    string.set("Protocol", "TCPIP");
  } else if (kind == "vertica") {
    string.set("Server", host);
    string.set("Port", first_of({target.port, "5433"}));
  } else if (kind == "sap") {
    string.set("ServerNode", host + ":" + first_of({target.port, "30015"}));
    return;
  } else {
    string.set("Server", host);
    string.set("Port", first_of({target.port, "5000"}));
  }
  if (!target.database.empty()) string.set("Database", target.database);
}

}  // namespace

Result<JdbcTarget> read_jdbc_url(std::string_view url) {
  JdbcTarget target;
  target.subprotocol = url.substr(0, url.find(':'));
  for (const auto& [subprotocol, read] : kReaders) {
    if (subprotocol != target.subprotocol) continue;
    const bool whole = url.size() > subprotocol.size() && read(url.substr(subprotocol.size() + 1), target);
    const auto bad = [](const std::string& text) {
      return text.find_first_of(";{}=\\") != std::string::npos;
    };
    if (!whole || bad(target.host) || bad(target.instance)) return wrong(subprotocol);
    return target;
  }
  return wrong(target.subprotocol);
}

ConnectionString odbc_of(const JdbcTarget& target, const std::string& driver) {
  ConnectionString string;
  string.set("Driver", driver);
  const bool freetds =
      driver.find("reeTDS") != std::string::npos || driver.find("tdsodbc") != std::string::npos;
  place(target, freetds, string);
  if (!target.user.empty()) string.set("UID", target.user);
  if (!target.password.empty()) string.set("PWD", target.password);
  add_parameters(target, string);
  // What their JDBC driver does without being asked: Microsoft's encrypts from 10.2 on, jTDS never did.
  if (target.subprotocol == "sqlserver" && !freetds) string.set_if_absent("Encrypt", "yes");
  if (target.subprotocol == "sybase" && freetds) string.set("TDS_Version", "5.0");
  return string;
}

}  // namespace sluice::connectors::sql
