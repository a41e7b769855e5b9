#pragma once
// The one HTTP client of the project: blocking requests over libcurl, connections reused, HTTP/1.1 and TLS.
// Thread-safe: requests of several threads run side by side, each on a connection of its own.
//
// An answer of any status is a result; errors are those of the way there: kRetry (no connection, reset,
// timeout, name not found), kBadConfig (a URL or file that cannot be used), kFailed (TLS: the certificate is
// refused), kClosed (the stop signal fired). Messages name host and port, never credentials, headers or query
// strings.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/stop_signal.h"

namespace sluice::net {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  HttpHeaders headers;
  BytesView body;                // borrowed for the call; a null view is no body
  int64_t total_timeout_ms = 0;  // 0: the client's
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;  // names in lower case
  std::string body;

  /// The first of that name (in lower case), or nothing.
  std::optional<std::string_view> header(std::string_view name) const;
};

struct HttpOptions {
  int64_t connect_timeout_ms = 10'000;
  /// A transfer that moves less than a byte per second for so long is given up.
  int64_t stall_timeout_ms = 60'000;
  /// For everything together; 0: no limit.
  int64_t total_timeout_ms = 0;
  std::string proxy_url;
  std::string proxy_user;
  std::string proxy_password;
  /// PEM file of trusted certificates; empty: the system's.
  std::string ca_file;
  bool verify_tls = true;
  bool verify_host = true;  // the certificate must name the host; with verify_tls only
  /// The same as text in memory, and what the client shows of itself.
  std::string ca_pem;
  std::string certificate_pem;
  std::string key_pem;
  std::string key_password;
  std::string user_agent = "sluice";
  size_t response_bytes_max = size_t{256} << 20;
  /// Ends requests under way; outlives the client. May be null.
  const StopSignal* stop = nullptr;
  /// How long a request may go on once stop was requested.
  int64_t stop_grace_ms = 0;
};

class HttpClient {
 public:
  explicit HttpClient(HttpOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  Result<HttpResponse> send(const HttpRequest& request);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// "%41"-style encoding of everything but letters, digits and "-._~"; slashes are kept if asked for.
std::string percent_encode(std::string_view text, bool keep_slashes = false);

}  // namespace sluice::net
