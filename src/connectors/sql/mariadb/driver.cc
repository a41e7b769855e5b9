// MySQL and MariaDB by libmariadb, for URLs as their JDBC drivers take them.

#include "connectors/sql/driver.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/log.h"
#include "connectors/sql/mariadb/connection.h"
#include "connectors/sql/mariadb/url.h"

namespace sluice::connectors::sql {
namespace {

std::string_view isolation_level(std::string_view mode) {
  if (mode == "READ_UNCOMMITED") return "READ UNCOMMITTED";
  if (mode == "READ_COMMITED") return "READ COMMITTED";
  if (mode == "REPEATABLE_READ") return "REPEATABLE READ";
  return mode == "SERIALIZABLE" ? "SERIALIZABLE" : "";
}

class MariaDbDriver final : public Driver {
 public:
  std::vector<std::string_view> subprotocols() const override { return {"mysql", "mariadb"}; }
  std::string_view url_form() const override { return "jdbc:mysql://host:port/database"; }

  Status check_url(std::string_view url) const override {
    const auto target = parse_mariadb_url(url, {});
    return target.ok() ? Status{} : target.error();
  }

  Result<std::unique_ptr<Connection>> connect(const ConnectionOptions& options,
                                              const StopSignal& stop) const override {
    SLUICE_ASSIGN_OR_RETURN(MariaDbTarget target, parse_mariadb_url(options.url, options.driver));
    if (!target.ignored.empty()) {
      log::debug("Driver properties without a meaning here: {}", fmt::join(target.ignored, ", "));
    }
    // The connector's own keys win over the URL's, as the driver manager has
    // it.
    if (options.user) target.user = *options.user;
    if (options.password) target.password = *options.password;
    target.isolation = isolation_level(options.isolation);
    target.statement_timeout_ms = options.statement_timeout_ms;
    SLUICE_ASSIGN_OR_RETURN(auto client, mysql::Session::open(target, stop));
    return std::unique_ptr<Connection>(std::make_unique<MariaDbConnection>(std::move(client), target));
  }
};

}  // namespace

const Driver& mariadb_driver() {
  static const MariaDbDriver driver;
  return driver;
}

}  // namespace sluice::connectors::sql
