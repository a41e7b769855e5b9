#pragma once
// JDBC URLs of MySQL and MariaDB, as Connector/J and MariaDB's driver read
// them.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sdk/properties.h"

namespace sluice::connectors::sql {

enum class MariaDbTls : uint8_t { kOff, kPreferred, kRequired, kVerified };
enum class ZeroDates : uint8_t { kError, kNull, kRound };

/// Which server, how to get in and what its types are taken for.
struct MariaDbTarget {
  std::vector<std::pair<std::string, int>> hosts;  // tried in this order
  std::string socket_path;                         // instead of the hosts, if not empty
  std::string database;
  std::string user;
  std::string password;
  MariaDbTls tls = MariaDbTls::kOff;
  std::string trust_file;  // PEM; empty: the system's
  std::string certificate_file;
  std::string key_file;
  std::string key_password;
  std::string public_key_file;  // of the server, for caching_sha2_password without TLS
  bool compress = false;
  int64_t connect_timeout_ms = 30'000;
  int64_t socket_timeout_ms = 0;  // 0: none
  std::vector<std::pair<std::string, std::string>> session_variables;
  bool tiny_is_bit = true;
  bool bit_is_boolean = false;
  bool year_is_date = true;
  ZeroDates zero_dates = ZeroDates::kError;
  std::string isolation;             // the connector's, not the URL's: "READ COMMITTED";
                                     // empty: the server's
  int64_t statement_timeout_ms = 0;  // the connector's; 0: none
  std::vector<std::string> ignored;  // names of driver properties without a meaning here
  std::string place;                 // "host:port/database", for messages
};

/// `jdbc:mysql://host:port,host2/database?user=u&sslMode=REQUIRED`; `driver`
/// are further properties by their JDBC names. Error kind kBadConfig, without
/// the URL's secrets.
Result<MariaDbTarget> parse_mariadb_url(std::string_view url, const sdk::Properties& driver);

}  // namespace sluice::connectors::sql
