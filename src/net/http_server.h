#pragma once
// The HTTP/1.1 server: several listeners, http and https, keep-alive and pipelining, bodies with a length or
// in chunks. It limits what a client may cost: sizes, times, slowness, number of connections.
//
// A request is handed over whole, on an I/O thread, and answered by a callback from any thread, once.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http_client.h"
#include "net/io_threads.h"
#include "net/tls.h"

namespace sluice::net {

struct ServerRequest {
  std::string method;
  std::string target;   // as sent: path and query
  HttpHeaders headers;  // names in lower case, in the order of the request
  std::string body;
  bool has_body = false;  // the request carried one, even if it is empty
  bool is_tls = false;
  size_t listener = 0;  // which of the options'
  std::string peer;     // its address, for logs
  uint16_t local_port = 0;

  /// The first of that name (in lower case).
  std::optional<std::string_view> header(std::string_view name) const;
};

struct ServerResponse {
  int status = 200;
  HttpHeaders headers;  // without Content-Length, Date, Connection, which the server adds
  std::string body;
  bool close = false;  // the connection, after this answer
};

struct ListenerOptions {
  std::string host;  // empty or 0.0.0.0: every interface
  uint16_t port = 0;
  std::shared_ptr<TlsContext> tls;  // null: http
};

struct ServerLimits {
  size_t head_bytes_max = size_t{32} << 10;
  size_t body_bytes_max = size_t{32} << 20;
  size_t all_bodies_bytes_max = size_t{512} << 20;  // of all requests under way
  size_t connections_max = 2'000;                   // beyond it the longest idle one is closed
  std::chrono::milliseconds head_timeout{15'000};   // from the first byte of a request; TLS handshake too
  std::chrono::milliseconds idle_timeout{60'000};   // between requests
  std::chrono::milliseconds stall_timeout{30'000};  // without progress of a body or an answer
  size_t bytes_per_second_min = 512;                // of a body, once it has taken longer than that
};

class OfferedLink;

struct ServerOptions {
  using Respond = std::function<void(ServerResponse)>;

  std::vector<ListenerOptions> listeners;
  ServerLimits limits;
  std::string server_name;  // of the Server header; empty: none
  std::function<void(ServerRequest request, Respond respond)> on_request;
  /// Requests with an Upgrade header for this protocol come here instead.
  std::string upgrade_protocol;
  std::function<void(ServerRequest request, std::shared_ptr<OfferedLink> link)> on_upgrade;
  /// The answer where the server itself refuses (400, 408, 413, 431, 503).
  std::function<ServerResponse(int status, const std::string& why)> on_refusal;
};

class HttpServer {
 public:
  /// Listens when it returns. `threads` outlives the server. Error kind kBadConfig names the address.
  static Result<std::unique_ptr<HttpServer>> start(IoThreads& threads, ServerOptions options);
  /// stop() without patience.
  ~HttpServer();  // NOLINT(bugprone-exception-escape)

  /// The bound port of each listener.
  const std::vector<uint16_t>& ports() const;
  /// Takes no more connections or requests, lets those under way end until `patience` is over. Not on an I/O
  /// thread.
  void stop(std::chrono::milliseconds patience);

 private:
  class Impl;
  explicit HttpServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

std::string_view reason_phrase(int status);

}  // namespace sluice::net
