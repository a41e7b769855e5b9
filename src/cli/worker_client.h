#pragma once
// The REST API of a worker, as the commands use it. One thread.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http_client.h"

namespace sluice::cli {

/// Where the worker is: --url, else SLUICE_URL, else http://localhost:8083. A user and a password may stand
/// in the URL.
std::string worker_url(const std::string& option);

class WorkerClient {
 public:
  explicit WorkerClient(std::string url);

  /// The body of an answer with a status below 300. Errors are of kind kFailed and hold the worker's own
  /// message; kRetry: it cannot be reached.
  Result<nlohmann::json> get(const std::string& path);
  Result<nlohmann::json> post(const std::string& path, const nlohmann::json& body);

 private:
  Result<nlohmann::json> call(std::string_view method, const std::string& path, const std::string& body);

  const std::string url_;
  net::HttpClient http_;
};

/// "/connectors/<name>" with what must be escaped.
std::string connector_path(const std::string& connector);

}  // namespace sluice::cli
