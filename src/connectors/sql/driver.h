#pragma once
// Ways of speaking to databases, by URL. Drivers live for ever and are immutable.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/stop_signal.h"
#include "connectors/sql/connection.h"
#include "sdk/properties.h"

namespace sluice::connectors::sql {

struct ConnectionOptions {
  std::string url;           // JDBC form, or odbc:
  std::string dialect_name;  // empty: by the URL, or by what the database says it is
  std::optional<std::string> user;
  std::optional<std::string> password;
  sdk::Properties driver;            // "connection." keys that are not the connector's own
  std::string isolation;             // transaction.isolation.mode; empty: DEFAULT
  int64_t statement_timeout_ms = 0;  // 0: none
};

class Driver {
 public:
  virtual ~Driver() = default;
  /// The start of its URLs, after "jdbc:" where that stands before it: "sqlite", "postgresql", "odbc".
  virtual std::vector<std::string_view> subprotocols() const = 0;
  /// What a URL looks like, for messages and help: "jdbc:sqlite:/path/to/file".
  virtual std::string_view url_form() const = 0;
  /// What is wrong with a URL of this driver, or nothing; for validation, without connecting.
  virtual Status check_url(std::string_view url) const = 0;
  /// Every wait ends when `stop` fires; `stop` outlives the connection. Error kinds as a connection's.
  virtual Result<std::unique_ptr<Connection>> connect(const ConnectionOptions& options,
                                                      const StopSignal& stop) const = 0;
};

const Driver& sqlite_driver();
const Driver& postgres_driver();
const Driver& mariadb_driver();
const Driver& odbc_driver();

/// Error kind kBadConfig says what to use instead for databases without a driver, and never repeats the URL's
/// parameters.
Result<const Driver*> find_driver(std::string_view url);
/// "jdbc:sqlite:… or jdbc:postgresql:…"
std::string url_forms();

}  // namespace sluice::connectors::sql
