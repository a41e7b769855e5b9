#include "net/http_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <iterator>
#include <utility>

#include "base/log.h"
#include "net/http_connection.h"
#include "net/io_loops.h"

namespace sluice::net {
namespace {

namespace asio = boost::asio;

constexpr int kBacklog = 1024;
constexpr std::chrono::milliseconds kAcceptPause{50};

/// One listening socket on its loop.
class Listener final : public std::enable_shared_from_this<Listener> {
 public:
  Listener(IoThreads::Impl& threads, std::shared_ptr<ServerShared> server, size_t index)
      : threads_(threads),
        server_(std::move(server)),
        index_(index),
        loop_(threads.next()),
        acceptor_(loop_),
        pause_(loop_) {}

  Status open();
  void start() {
    asio::post(loop_, [self = shared_from_this()] { self->accept(); });
  }
  /// Returns when nothing is accepted any more.
  void stop() {
    std::promise<void> done;
    asio::post(loop_, [this, &done] {
      ErrorCode ignored;
      acceptor_.close(ignored);
      pause_.cancel();
      // After the handler of the accept that was cancelled, which holds a socket of another loop.
      asio::post(loop_, [&done] { done.set_value(); });
    });
    done.get_future().wait();
  }
  uint16_t port() const { return port_; }

 private:
  ErrorCode bind_to(const Tcp::endpoint& endpoint);
  void accept();

  IoThreads::Impl& threads_;
  const std::shared_ptr<ServerShared> server_;
  const size_t index_;
  Loop& loop_;
  Tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  uint16_t port_ = 0;
};

Status Listener::open() {
  const ListenerOptions& options = server_->options.listeners[index_];
  const auto place = fmt::format("{}://{}:{}", options.tls ? "https" : "http", options.host, options.port);
  ErrorCode error;
  if (options.host.empty() || options.host == "0.0.0.0") {
    error =
        options.host.empty() ? bind_to({Tcp::v6(), options.port}) : asio::error::address_family_not_supported;
    // A machine without IPv6, or one that was told IPv4.
    if (error && error != asio::error::address_in_use) error = bind_to({Tcp::v4(), options.port});
  } else {
    Tcp::resolver resolver(loop_);
    const auto addresses = resolver.resolve(options.host, std::to_string(options.port), error);
    if (!error) error = bind_to(addresses.begin()->endpoint());
  }
  if (error) {
    return bad_config(fmt::format("Could not listen on {}: {}. Set 'listeners' to another address or port.",
                                  place, error.message()));
  }
  port_ = acceptor_.local_endpoint(error).port();
  return {};
}

ErrorCode Listener::bind_to(const Tcp::endpoint& endpoint) {
  ErrorCode error;
  if (acceptor_.is_open()) acceptor_.close(error);
  acceptor_.open(endpoint.protocol(), error);
  if (error) return error;
  acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (endpoint.protocol() == Tcp::v6()) acceptor_.set_option(asio::ip::v6_only(false), error);
  acceptor_.bind(endpoint, error);
  if (error) return error;
  acceptor_.listen(kBacklog, error);
  return error;
}

void Listener::accept() {
  if (!acceptor_.is_open()) return;
  Loop& loop = threads_.next();
  acceptor_.async_accept(loop, [self = shared_from_this(), &loop](ErrorCode error, Tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (error) {  // out of descriptors, mostly
      self->server_->book.evict_idle();
      self->pause_.expires_after(kAcceptPause);
      self->pause_.async_wait([self](ErrorCode) { self->accept(); });
      return;
    }
    tune(socket);
    const auto& tls = self->server_->options.listeners[self->index_].tls;
    auto channel = tls ? Channel::tls(std::move(socket), tls) : Channel::plain(std::move(socket));
    asio::post(loop, [connection = std::make_shared<HttpConnection>(self->server_, std::move(channel),
                                                                    self->index_)] { connection->start(); });
    self->accept();
  });
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(IoThreads& threads, ServerOptions options)
      : server_(std::make_shared<ServerShared>(std::move(options))) {
    for (size_t i = 0; i < server_->options.listeners.size(); ++i)
      listeners_.push_back(std::make_shared<Listener>(threads.impl(), server_, i));
  }

  Status start() {
    for (const auto& listener : listeners_) {
      SLUICE_RETURN_IF_ERROR(listener->open());
      ports_.push_back(listener->port());
    }
    for (const auto& listener : listeners_) listener->start();
    return {};
  }

  void stop(std::chrono::milliseconds patience) {
    if (std::exchange(stopped_, true)) return;
    for (const auto& listener : listeners_) listener->stop();
    for (const auto& entry : server_->book.all()) entry.finish();
    if (server_->book.await_empty(patience)) return;
    for (const auto& entry : server_->book.all()) entry.abort();
    static_cast<void>(server_->book.await_empty(std::chrono::seconds(2)));
  }

  const std::vector<uint16_t>& ports() const { return ports_; }

 private:
  const std::shared_ptr<ServerShared> server_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::vector<uint16_t> ports_;
  bool stopped_ = false;
};

HttpServer::HttpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

// NOLINTNEXTLINE(bugprone-exception-escape): posting throws only when memory ends.
HttpServer::~HttpServer() { impl_->stop(std::chrono::milliseconds(0)); }

Result<std::unique_ptr<HttpServer>> HttpServer::start(IoThreads& threads, ServerOptions options) {
  auto impl = std::make_shared<Impl>(threads, std::move(options));
  SLUICE_RETURN_IF_ERROR(impl->start());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

const std::vector<uint16_t>& HttpServer::ports() const { return impl_->ports(); }
void HttpServer::stop(std::chrono::milliseconds patience) { impl_->stop(patience); }

std::string_view reason_phrase(int status) {
  struct Phrase {
    int status;
    std::string_view text;
  };
  static constexpr Phrase kPhrases[] = {{101, "Switching Protocols"},
                                        {200, "OK"},
                                        {201, "Created"},
                                        {202, "Accepted"},
                                        {204, "No Content"},
                                        {400, "Bad Request"},
                                        {401, "Unauthorized"},
                                        {403, "Forbidden"},
                                        {404, "Not Found"},
                                        {405, "Method Not Allowed"},
                                        {406, "Not Acceptable"},
                                        {408, "Request Timeout"},
                                        {409, "Conflict"},
                                        {413, "Content Too Large"},
                                        {415, "Unsupported Media Type"},
                                        {421, "Misdirected Request"},
                                        {429, "Too Many Requests"},
                                        {431, "Request Header Fields Too Large"},
                                        {500, "Server Error"},
                                        {503, "Service Unavailable"}};
  const auto* const found = std::find_if(std::begin(kPhrases), std::end(kPhrases),
                                         [status](const Phrase& phrase) { return phrase.status == status; });
  return found == std::end(kPhrases) ? "Unknown" : found->text;
}

}  // namespace sluice::net
