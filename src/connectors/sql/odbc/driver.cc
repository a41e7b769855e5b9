// Databases behind ODBC drivers.

#include "connectors/sql/driver.h"

#include "connectors/sql/odbc/connection.h"
#include "connectors/sql/odbc/url.h"

namespace sluice::connectors::sql {
namespace {

class OdbcDriver final : public Driver {
 public:
  std::vector<std::string_view> subprotocols() const override { return odbc_subprotocols(); }
  std::string_view url_form() const override { return "odbc:Driver={…};Server=…"; }
  Status check_url(std::string_view url) const override {
    SLUICE_RETURN_IF_ERROR(odbc_connection_string(url, {}, installed_odbc_drivers));
    return {};
  }
  Result<std::unique_ptr<Connection>> connect(const ConnectionOptions& options,
                                              const StopSignal& stop) const override {
    SLUICE_ASSIGN_OR_RETURN(ConnectionString string,
                            odbc_connection_string(options.url, options.driver, installed_odbc_drivers));
    if (options.user) string.set("UID", *options.user);
    if (options.password) string.set("PWD", *options.password);
    SLUICE_ASSIGN_OR_RETURN(std::unique_ptr<OdbcConnection> connection,
                            OdbcConnection::open(string.text(), options, stop));
    return std::unique_ptr<Connection>(std::move(connection));
  }
};

}  // namespace

const Driver& odbc_driver() {
  static const OdbcDriver driver;
  return driver;
}

}  // namespace sluice::connectors::sql
