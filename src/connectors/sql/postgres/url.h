#pragma once
// JDBC URLs of PostgreSQL as libpq's connection keywords.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "drivers/postgres/session.h"
#include "sdk/properties.h"

namespace sluice::connectors::sql {

struct PostgresTarget : postgres::Target {
  std::vector<std::string> ignored;  // names of driver properties without a meaning here
};

/// `jdbc:postgresql://host:port,host2/database?user=u&sslmode=require`; `driver` are further properties by
/// their JDBC names. Error kind kBadConfig, without the URL's secrets.
Result<PostgresTarget> parse_postgres_url(std::string_view url, const sdk::Properties& driver);

}  // namespace sluice::connectors::sql
