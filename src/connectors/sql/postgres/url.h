#pragma once
// JDBC URLs of PostgreSQL as libpq's connection keywords.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sdk/properties.h"

namespace sluice::connectors::sql {

struct PostgresTarget {
  std::vector<std::pair<std::string, std::string>> keywords;  // libpq's; may hold a password
  std::vector<std::string> ignored;  // names of driver properties without a meaning here
  int connect_timeout_s = 10;
  std::string place;  // "host:port/database", for messages
};

/// `jdbc:postgresql://host:port,host2/database?user=u&sslmode=require`; `driver` are further properties by
/// their JDBC names. Error kind kBadConfig, without the URL's secrets.
Result<PostgresTarget> parse_postgres_url(std::string_view url, const sdk::Properties& driver);

}  // namespace sluice::connectors::sql
