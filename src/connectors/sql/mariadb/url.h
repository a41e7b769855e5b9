#pragma once
// JDBC URLs of MySQL and MariaDB, as Connector/J and MariaDB's driver read
// them.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "drivers/mysql/target.h"
#include "sdk/properties.h"

namespace sluice::connectors::sql {

enum class ZeroDates : uint8_t { kError, kNull, kRound };

/// What types are taken for.
struct MariaDbSwitches {
  bool tiny_is_bit = true;
  bool bit_is_boolean = false;
  bool year_is_date = true;
  ZeroDates zero_dates = ZeroDates::kError;
};

/// What a URL says.
struct MariaDbTarget : mysql::Target, MariaDbSwitches {
  std::vector<std::string> ignored;  // names of driver properties without a meaning here
};

/// `jdbc:mysql://host:port,host2/database?user=u&sslMode=REQUIRED`; `driver`
/// are further properties by their JDBC names. Error kind kBadConfig, without
/// the URL's secrets.
Result<MariaDbTarget> parse_mariadb_url(std::string_view url, const sdk::Properties& driver);

}  // namespace sluice::connectors::sql
