#include "kafka/protocol/network.h"

#include <fmt/core.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <deque>
#include <thread>

#include "net/channel.h"

namespace sluice::kafka::protocol {
namespace {

namespace asio = boost::asio;
using net::Channel;
using net::ErrorCode;
using net::Tcp;

constexpr size_t kReadBytes = 64 * 1024;

/// What the scheduler's thread knows of a connection; only touched there.
struct Front {
  GroupLinkCallbacks callbacks;
  bool open = true;
};

/// One connection, on the I/O thread. Operations under way keep it alive.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(asio::io_context& io, Scheduler& scheduler, BrokerAddress address, std::shared_ptr<Front> front)
      : io_(io),
        scheduler_(scheduler),
        address_(std::move(address)),
        front_(std::move(front)),
        resolver_(io) {}

  void start(const std::shared_ptr<net::TlsContext>& tls) {
    channel_ = tls == nullptr ? Channel::plain(Tcp::socket(io_)) : Channel::tls(Tcp::socket(io_), tls);
    ErrorCode not_numeric;
    const auto ip = asio::ip::make_address(address_.host, not_numeric);
    if (!not_numeric) {
      return connect(Tcp::resolver::results_type::create(Tcp::endpoint(ip, address_.port), "", ""));
    }
    resolver_.async_resolve(address_.host, std::to_string(address_.port),
                            [self = shared_from_this()](const ErrorCode& error, const auto& endpoints) {
                              if (error) return self->end(self->lost("cannot be resolved", error));
                              self->connect(endpoints);
                            });
  }

  void write(std::string bytes) {
    outgoing_.push_back(std::move(bytes));
    if (outgoing_.size() == 1) write_first();
  }

  void read() {
    if (ended_) return;
    channel_->read_some(buffer_, [self = shared_from_this()](const ErrorCode& error, size_t size) {
      if (error) return self->end(self->broken(error));
      self->has_read_ = true;
      self->deliver(std::string(self->buffer_.data(), size));
    });
  }

  void close() {
    ended_ = true;
    resolver_.cancel();
    if (channel_ != nullptr) channel_->close();
  }

 private:
  template <typename Work>
  void post(Work work) {
    scheduler_.post([front = front_, work = std::move(work)] {
      if (front->open) work(*front);
    });
  }

  void connect(const Tcp::resolver::results_type& endpoints) {
    if (ended_) return;
    asio::async_connect(channel_->socket(), endpoints,
                        [self = shared_from_this()](const ErrorCode& error, const Tcp::endpoint& /*at*/) {
                          if (error) return self->end(self->lost("cannot be reached", error));
                          net::tune(self->channel_->socket());
                          self->greet();
                        });
  }

  void greet() {
    channel_->handshake(false, address_.host, [self = shared_from_this()](const ErrorCode& error) {
      if (error) return self->end(self->broken(error));
      self->post([](Front& front) { front.callbacks.on_connected(); });
      self->read();
    });
  }

  void write_first() {
    channel_->write(outgoing_.front(), [self = shared_from_this()](const ErrorCode& error) {
      if (error) return self->end(self->broken(error));
      self->outgoing_.pop_front();
      if (!self->outgoing_.empty()) self->write_first();
    });
  }

  // The next read begins when these bytes have been taken: a slow owner slows the broker down.
  void deliver(std::string bytes) {
    scheduler_.post([self = shared_from_this(), bytes = std::move(bytes)] {
      const auto front = self->front_;
      if (!front->open) return;
      front->callbacks.on_bytes(bytes);
      if (front->open) asio::post(self->io_, [self] { self->read(); });
    });
  }

  void end(const Error& error) {
    if (ended_) return;
    close();
    post([error](Front& front) {
      front.open = false;
      front.callbacks.on_closed(error);
    });
  }

  Error lost(std::string_view what, const ErrorCode& error) const {
    return retriable(fmt::format("Broker {}:{} {}: {}", address_.host, address_.port, what, error.message()));
  }

  // Until something was read a TLS error means that the peers do not accept each other: with TLS 1.3 a broker
  // says only after the handshake that it wants another certificate.
  Error broken(const ErrorCode& error) const {
    if (has_read_ || error.category() != asio::error::get_ssl_category()) {
      return lost("is no longer connected", error);
    }
    return failed(fmt::format("SSL handshake with broker {}:{} failed: {}", address_.host, address_.port,
                              error.message()))
        .as_java("org.apache.kafka.common.errors.SslAuthenticationException");
  }

  asio::io_context& io_;
  Scheduler& scheduler_;
  const BrokerAddress address_;
  const std::shared_ptr<Front> front_;
  Tcp::resolver resolver_;
  std::shared_ptr<Channel> channel_;
  std::deque<std::string> outgoing_;
  std::array<char, kReadBytes> buffer_{};
  bool has_read_ = false;
  bool ended_ = false;
};

class Link final : public GroupLink {
 public:
  Link(asio::io_context& io, std::shared_ptr<Session> session, std::shared_ptr<Front> front)
      : io_(io), session_(std::move(session)), front_(std::move(front)) {}
  // NOLINTNEXTLINE(bugprone-exception-escape): posting throws only when there is no memory left
  ~Link() override {
    front_->open = false;
    asio::post(io_, [session = session_] { session->close(); });
  }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  void write(std::string bytes) override {
    asio::post(
        io_, [session = session_, bytes = std::move(bytes)]() mutable { session->write(std::move(bytes)); });
  }

 private:
  asio::io_context& io_;
  const std::shared_ptr<Session> session_;
  const std::shared_ptr<Front> front_;
};

class AsioNetwork final : public GroupNetwork {
 public:
  AsioNetwork(Scheduler& scheduler, std::shared_ptr<net::TlsContext> tls)
      : scheduler_(scheduler),
        tls_(std::move(tls)),
        guard_(asio::make_work_guard(io_)),
        thread_([this] { io_.run(); }) {}
  ~AsioNetwork() override {
    io_.stop();
    thread_.join();
  }
  AsioNetwork(const AsioNetwork&) = delete;
  AsioNetwork& operator=(const AsioNetwork&) = delete;

  std::unique_ptr<GroupLink> connect(const BrokerAddress& address, GroupLinkCallbacks callbacks) override {
    auto front = std::make_shared<Front>(Front{std::move(callbacks)});
    auto session = std::make_shared<Session>(io_, scheduler_, address, front);
    asio::post(io_, [session, tls = tls_] { session->start(tls); });
    return std::make_unique<Link>(io_, std::move(session), std::move(front));
  }

 private:
  Scheduler& scheduler_;
  const std::shared_ptr<net::TlsContext> tls_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<GroupNetwork> make_network(Scheduler& scheduler, std::shared_ptr<net::TlsContext> tls) {
  return std::make_unique<AsioNetwork>(scheduler, std::move(tls));
}

}  // namespace sluice::kafka::protocol
