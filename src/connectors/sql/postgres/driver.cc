// PostgreSQL by libpq, for URLs as the JDBC driver takes them.

#include "connectors/sql/driver.h"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <poll.h>

#include <chrono>

#include "base/log.h"
#include "connectors/sql/postgres/connection.h"
#include "connectors/sql/postgres/url.h"

namespace sluice::connectors::sql {
namespace {

constexpr int kStopCheckMs = 100;

using PgConnection = std::unique_ptr<PGconn, PgCloser>;

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (char& c : text) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return text;
}

/// Waits for the connection to stand, a tenth of a second at a time.
Status finish_connecting(PGconn* connection, const PostgresTarget& target, const StopSignal& stop) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(target.connect_timeout_s);
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    if (state == PGRES_POLLING_FAILED) {
      return retriable(fmt::format("Cannot connect to PostgreSQL at {}: {}", target.place,
                                   one_line(PQerrorMessage(connection))));
    }
    if (stop.stop_requested()) return closed("Stopped while connecting to PostgreSQL");
    if (std::chrono::steady_clock::now() > deadline) {
      return retriable(fmt::format("Cannot connect to PostgreSQL at {}: no answer for {} s", target.place,
                                   target.connect_timeout_s));
    }
    pollfd ready{PQsocket(connection), static_cast<short>(state == PGRES_POLLING_READING ? POLLIN : POLLOUT),
                 0};
    if (::poll(&ready, 1, kStopCheckMs) > 0) state = PQconnectPoll(connection);
  }
  return {};
}

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
    // A server that is gone without a word is noticed within a minute.
    for (const auto& [keyword, value] :
         {std::pair("keepalives_idle", "30"), std::pair("keepalives_interval", "10"),
          std::pair("keepalives_count", "3"), std::pair("tcp_user_timeout", "60000")}) {
      target.keywords.emplace_back(keyword, value);
    }
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    for (const auto& [keyword, value] : target.keywords) {
      keywords.push_back(keyword.c_str());
      values.push_back(value.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    PgConnection connection(PQconnectStartParams(keywords.data(), values.data(), 0));
    if (connection == nullptr) return retriable("Cannot connect to PostgreSQL: no memory");
    SLUICE_RETURN_IF_ERROR(finish_connecting(connection.get(), target, stop));
    PQsetNoticeProcessor(
        connection.get(), [](void*, const char*) {}, nullptr);
    auto made = std::make_unique<PostgresConnection>(std::move(connection), options.isolation, stop);
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
