#pragma once
// Inside the folder: one connection of the HTTP server, from its acceptance to its end. On its loop only.

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/channel.h"
#include "net/connection_book.h"
#include "net/http_server.h"

namespace sluice::net {

/// What the connections of one server share.
struct ServerShared {
  explicit ServerShared(ServerOptions given)
      : options(std::move(given)), book(options.limits.connections_max) {}
  const ServerOptions options;
  ConnectionBook book;
  std::atomic<size_t> body_bytes{0};  // of requests under way
};

class HttpConnection final : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(std::shared_ptr<ServerShared> server, std::shared_ptr<Channel> channel, size_t listener);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  void start();

 private:
  friend class ServerLink;
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  enum class Phase : uint8_t {
    kHandshake,
    kIdle,
    kHead,
    kBody,
    kHandling,
    kWriting,
    kLingering,
    kUpgraded,
    kGone
  };

  void begin_request();
  void read();
  void on_read(ErrorCode error, size_t count);
  void parse();
  bool is_head_fine();
  void on_head();
  bool count_body();
  void on_parse_error(ErrorCode error);
  void on_request();
  ServerRequest take_request();
  bool wants_upgrade(const ServerRequest& request) const;
  void refuse(int status, const std::string& why);
  void respond(const ServerResponse& response);
  /// Answers 101; the channel is then somebody else's.
  void upgrade(std::function<void(const std::string& why)> failed, std::function<void()> done);
  std::string head_of(const ServerResponse& response) const;
  void write_more();
  void linger();
  void drain();
  void finish();
  void close();
  void arm(std::chrono::milliseconds timeout);
  void on_timeout();

  const std::shared_ptr<ServerShared> server_;
  const std::shared_ptr<Channel> channel_;
  const size_t listener_;
  uint64_t id_ = 0;
  Phase phase_ = Phase::kHandshake;
  /// Itself while a request is being answered: whoever answers may never do it, or outlive the server.
  std::shared_ptr<HttpConnection> handled_;

  std::vector<char> chunk_;  // what is being read
  bool reading_ = false;
  std::string input_;  // read, not yet parsed
  std::optional<Parser> parser_;
  bool head_seen_ = false;
  size_t counted_bytes_ = 0;  // of this request's body, in the server's sum
  std::chrono::steady_clock::time_point body_start_;
  bool is_head_method_ = false;
  bool keep_alive_ = false;
  bool finishing_ = false;

  std::string output_;
  size_t written_ = 0;
  size_t drained_ = 0;

  boost::asio::steady_timer timer_;
  uint64_t timer_turn_ = 0;
};

}  // namespace sluice::net
