#include "kafka/protocol/network.h"

#include <fmt/core.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <thread>

#include "kafka/protocol/tls_context.h"

namespace sluice::kafka::protocol {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using TlsStream = asio::ssl::stream<tcp::socket>;

constexpr size_t kReadBytes = 64 * 1024;

/// What the scheduler's thread knows of a connection; only touched there.
struct Front {
  GroupLinkCallbacks callbacks;
  bool open = true;
};

bool is_numeric(const std::string& host) {
  error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

/// One connection, on the I/O thread. Handlers under way keep it alive.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(asio::io_context& io, Scheduler& scheduler, BrokerAddress address, std::shared_ptr<Front> front)
      : scheduler_(scheduler), address_(std::move(address)), front_(std::move(front)), resolver_(io) {}
  virtual ~Session() = default;

  void start() {
    // A numeric address needs no resolver thread.
    if (is_numeric(address_.host)) {
      connect(tcp::resolver::results_type::create(
          tcp::endpoint(asio::ip::make_address(address_.host), address_.port), address_.host, ""));
      return;
    }
    resolver_.async_resolve(address_.host, std::to_string(address_.port),
                            [self = shared_from_this()](const error_code& error, const auto& endpoints) {
                              if (error) return self->end(self->retry("cannot be resolved", error));
                              self->connect(endpoints);
                            });
  }

  void write(std::string bytes) {
    outgoing_.push_back(std::move(bytes));
    if (outgoing_.size() == 1) write_first();
  }

  void read() {
    if (ended_) return;
    read_some([self = shared_from_this()](const error_code& error, size_t size) {
      if (error) return self->end(self->lost(error));
      self->has_read_ = true;
      self->deliver(std::string(self->buffer_.data(), size));
    });
  }

  void close() {
    ended_ = true;
    error_code ignored;
    resolver_.cancel();
    socket().close(ignored);
  }

 protected:
  using Transferred = std::function<void(const error_code&, size_t)>;

  virtual tcp::socket& socket() = 0;
  /// The connection stands: begins the TLS handshake, or is ready.
  virtual void greet() = 0;
  virtual void read_some(Transferred done) = 0;
  virtual void write_all(const std::string& bytes, Transferred done) = 0;

  asio::mutable_buffer buffer() { return asio::buffer(buffer_); }
  std::string name() const { return fmt::format("{}:{}", address_.host, address_.port); }
  const BrokerAddress& address() const { return address_; }

  void ready() {
    post([](Front& front) { front.callbacks.on_connected(); });
    read();
  }

  void end(const Error& error) {
    if (ended_) return;
    close();
    post([error](Front& front) {
      front.open = false;
      front.callbacks.on_closed(error);
    });
  }

  Error retry(std::string_view what, const error_code& error) const {
    return retriable(fmt::format("Broker {} {}: {}", name(), what, error.message()));
  }

  // A peer that refuses our certificate says so only after the handshake, when TLS 1.3 is spoken.
  Error lost(const error_code& error) const {
    if (!has_read_ && error.category() == asio::error::get_ssl_category()) return refused(error.message());
    return retry("is no longer connected", error);
  }

  Error refused(std::string_view why) const {
    return failed(fmt::format("SSL handshake with broker {} failed: {}", name(), why))
        .as_java("org.apache.kafka.common.errors.SslAuthenticationException");
  }

 private:
  template <typename Work>
  void post(Work work) {
    scheduler_.post([front = front_, work = std::move(work)] {
      if (front->open) work(*front);
    });
  }

  void connect(const tcp::resolver::results_type& endpoints) {
    if (ended_) return;
    asio::async_connect(socket(), endpoints,
                        [self = shared_from_this()](const error_code& error, const tcp::endpoint& /*at*/) {
                          if (error) return self->end(self->retry("cannot be reached", error));
                          error_code ignored;
                          self->socket().set_option(tcp::no_delay(true), ignored);
                          self->socket().set_option(asio::socket_base::keep_alive(true), ignored);
                          self->greet();
                        });
  }

  void write_first() {
    write_all(outgoing_.front(), [self = shared_from_this()](const error_code& error, size_t /*size*/) {
      if (error) return self->end(self->lost(error));
      self->outgoing_.pop_front();
      if (!self->outgoing_.empty()) self->write_first();
    });
  }

  // The next read begins when these bytes have been taken: a slow owner slows the broker down.
  void deliver(std::string bytes) {
    scheduler_.post([self = shared_from_this(), bytes = std::move(bytes)] {
      if (!self->front_->open) return;
      const auto front = self->front_;
      front->callbacks.on_bytes(bytes);
      if (!front->open) return;
      asio::post(self->socket().get_executor(), [self] { self->read(); });
    });
  }

  Scheduler& scheduler_;
  const BrokerAddress address_;
  const std::shared_ptr<Front> front_;
  tcp::resolver resolver_;
  std::deque<std::string> outgoing_;
  std::array<char, kReadBytes> buffer_;
  bool has_read_ = false;
  bool ended_ = false;
};

class TcpSession final : public Session {
 public:
  TcpSession(asio::io_context& io, Scheduler& scheduler, BrokerAddress address, std::shared_ptr<Front> front)
      : Session(io, scheduler, std::move(address), std::move(front)), socket_(io) {}

 private:
  tcp::socket& socket() override { return socket_; }
  void greet() override { ready(); }
  void read_some(Transferred done) override { socket_.async_read_some(buffer(), std::move(done)); }
  void write_all(const std::string& bytes, Transferred done) override {
    asio::async_write(socket_, asio::buffer(bytes), std::move(done));
  }

  tcp::socket socket_;
};

class TlsSession final : public Session {
 public:
  TlsSession(asio::io_context& io, asio::ssl::context& context, bool verify_host, Scheduler& scheduler,
             BrokerAddress to, std::shared_ptr<Front> front)
      : Session(io, scheduler, std::move(to), std::move(front)), stream_(io, context) {
    const std::string& host = address().host;
    if (!is_numeric(host)) SSL_set_tlsext_host_name(stream_.native_handle(), host.c_str());
    if (verify_host) stream_.set_verify_callback(asio::ssl::host_name_verification(host));
  }

 private:
  tcp::socket& socket() override { return stream_.next_layer(); }

  void greet() override {
    stream_.async_handshake(
        asio::ssl::stream_base::client, [self = shared_from_this(), this](const error_code& error) {
          if (!error) return ready();
          if (error.category() != asio::error::get_ssl_category()) {
            return end(retry("ended the SSL handshake", error));
          }
          const int64_t verified = SSL_get_verify_result(stream_.native_handle());
          end(refused(verified == X509_V_OK ? error.message() : X509_verify_cert_error_string(verified)));
        });
  }

  void read_some(Transferred done) override { stream_.async_read_some(buffer(), std::move(done)); }
  void write_all(const std::string& bytes, Transferred done) override {
    asio::async_write(stream_, asio::buffer(bytes), std::move(done));
  }

  TlsStream stream_;
};

class Link final : public GroupLink {
 public:
  Link(asio::io_context& io, std::shared_ptr<Session> session, std::shared_ptr<Front> front)
      : io_(io), session_(std::move(session)), front_(std::move(front)) {}
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
  AsioNetwork(Scheduler& scheduler, std::unique_ptr<asio::ssl::context> tls, bool verify_host)
      : scheduler_(scheduler),
        tls_(std::move(tls)),
        verify_host_(verify_host),
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
    std::shared_ptr<Session> session;
    if (tls_ == nullptr) {
      session = std::make_shared<TcpSession>(io_, scheduler_, address, front);
    } else {
      session = std::make_shared<TlsSession>(io_, *tls_, verify_host_, scheduler_, address, front);
    }
    asio::post(io_, [session] { session->start(); });
    return std::make_unique<Link>(io_, session, front);
  }

 private:
  Scheduler& scheduler_;
  const std::unique_ptr<asio::ssl::context> tls_;
  const bool verify_host_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<GroupNetwork>> make_network(Scheduler& scheduler,
                                                   const std::optional<TlsConfig>& tls) {
  if (!tls) return std::make_unique<AsioNetwork>(scheduler, nullptr, false);
  SLUICE_ASSIGN_OR_RETURN(SslContext context, make_tls_context(*tls));
  return std::make_unique<AsioNetwork>(scheduler, std::make_unique<asio::ssl::context>(context.release()),
                                       tls->verify_host);
}

}  // namespace sluice::kafka::protocol
