// PostgreSQL by libpq, for URLs as the JDBC driver takes them.

#include "connectors/sql/driver.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/log.h"
#include "connectors/sql/postgres/connection.h"
#include "connectors/sql/postgres/url.h"

namespace sluice::connectors::sql {
namespace {

class PostgresDriver final : public Driver {
 public:
  std::vector<std::string_view> subprotocols() const override { return {"postgresql"}; }
  std::string_view url_form() const override { return "jdbc:postgresql://host:port/database"; }

  Status check_url(std::string_view url) const override {
    const auto target = parse_postgres_url(url, {});
    return target.ok() ? Status{} : target.error();
  }

  Result<std::unique_ptr<Connection>> connect(const ConnectionOptions& options,
                                              const StopSignal& stop) const override {
    SLUICE_ASSIGN_OR_RETURN(PostgresTarget target, parse_postgres_url(options.url, options.driver));
    if (!target.ignored.empty()) {
      log::debug("Driver properties without a meaning here: {}", fmt::join(target.ignored, ", "));
    }
    // The connector's own keys win over the URL's, as the driver manager has it.
    if (options.user) target.keywords.emplace_back("user", *options.user);
    if (options.password) target.keywords.emplace_back("password", *options.password);
    SLUICE_ASSIGN_OR_RETURN(auto link, postgres::Session::connect(target, stop));
    auto made = std::make_unique<PostgresConnection>(std::move(link), options.isolation);
    if (options.statement_timeout_ms > 0) {
      SLUICE_RETURN_IF_ERROR(
          made->execute(fmt::format("SET statement_timeout = {}", options.statement_timeout_ms), {},
                        "limit the time of statements"));
    }
    return std::unique_ptr<Connection>(std::move(made));
  }
};

}  // namespace

const Driver& postgres_driver() {
  static const PostgresDriver driver;
  return driver;
}

}  // namespace sluice::connectors::sql
