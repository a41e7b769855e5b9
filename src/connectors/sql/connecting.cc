#include "connectors/sql/connecting.h"

#include <fmt/core.h>

#include "base/log.h"

namespace sluice::connectors::sql {

Result<std::unique_ptr<Connection>> connect_patiently(const Connecting& how, const StopSignal& stop) {
  for (int attempt = 1;; ++attempt) {
    auto connection = how.driver->connect(how.options, stop);
    if (connection.ok() || connection.error().kind() != ErrorKind::kRetry) return connection;
    if (attempt >= how.attempts) {
      return failed(fmt::format("{}. Gave up after {} attempts (connection.attempts)",
                                connection.error().message(), attempt));
    }
    log::warn("{}. Attempt {} of {}, the next one in {} ms", connection.error().message(), attempt,
              how.attempts, how.backoff_ms);
    if (stop.wait_for(std::chrono::milliseconds(how.backoff_ms))) {
      return closed("Stopped while waiting to connect again");
    }
  }
}

}  // namespace sluice::connectors::sql
