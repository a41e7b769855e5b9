#include "net/channel.h"

#include <netinet/tcp.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace sluice::net {
namespace {

namespace asio = boost::asio;

class PlainChannel final : public Channel {
 public:
  explicit PlainChannel(Tcp::socket socket) : socket_(std::move(socket)) {}

  Tcp::socket& socket() override { return socket_; }
  bool is_tls() const override { return false; }
  void handshake(bool, const std::string&, Done done) override {
    asio::post(executor(), [self = shared_from_this(), done = std::move(done)] { done({}); });
  }
  void read_some(std::span<char> buffer, ReadDone done) override {
    socket_.async_read_some(asio::buffer(buffer.data(), buffer.size()),
                            [self = shared_from_this(), done = std::move(done)](
                                ErrorCode error, size_t count) { done(error, count); });
  }
  void write(std::string_view text, Done done) override {
    asio::async_write(
        socket_, asio::buffer(text.data(), text.size()),
        [self = shared_from_this(), done = std::move(done)](ErrorCode error, size_t) { done(error); });
  }
  void finish(Done done) override {
    ErrorCode error;
    socket_.shutdown(Tcp::socket::shutdown_send, error);
    asio::post(executor(), [self = shared_from_this(), done = std::move(done), error] { done(error); });
  }

 private:
  Tcp::socket socket_;
};

class TlsChannel final : public Channel {
 public:
  TlsChannel(Tcp::socket socket, std::shared_ptr<TlsContext> context)
      : context_(std::move(context)), stream_(std::move(socket), context_->impl().context) {}

  Tcp::socket& socket() override { return stream_.next_layer(); }
  bool is_tls() const override { return true; }
  void handshake(bool is_server, const std::string& host, Done done) override {
    if (!is_server) {
      SSL_set_tlsext_host_name(stream_.native_handle(), host.c_str());
      if (context_->impl().verify_host) stream_.set_verify_callback(asio::ssl::host_name_verification(host));
    }
    stream_.async_handshake(
        is_server ? asio::ssl::stream_base::server : asio::ssl::stream_base::client,
        [self = shared_from_this(), done = std::move(done)](ErrorCode error) { done(error); });
  }
  void read_some(std::span<char> buffer, ReadDone done) override {
    stream_.async_read_some(asio::buffer(buffer.data(), buffer.size()),
                            [self = shared_from_this(), done = std::move(done)](
                                ErrorCode error, size_t count) { done(error, count); });
  }
  void write(std::string_view text, Done done) override {
    asio::async_write(
        stream_, asio::buffer(text.data(), text.size()),
        [self = shared_from_this(), done = std::move(done)](ErrorCode error, size_t) { done(error); });
  }
  void finish(Done done) override {
    stream_.async_shutdown(
        [self = shared_from_this(), done = std::move(done)](ErrorCode error) { done(error); });
  }

 private:
  const std::shared_ptr<TlsContext> context_;
  asio::ssl::stream<Tcp::socket> stream_;
};

template <int Level, int Name>
void set_option(Tcp::socket& socket, int value) {
  ErrorCode ignored;
  socket.set_option(asio::detail::socket_option::integer<Level, Name>(value), ignored);
}

}  // namespace

std::shared_ptr<Channel> Channel::plain(Tcp::socket socket) {
  return std::make_shared<PlainChannel>(std::move(socket));
}

std::shared_ptr<Channel> Channel::tls(Tcp::socket socket, std::shared_ptr<TlsContext> context) {
  return std::make_shared<TlsChannel>(std::move(socket), std::move(context));
}

void Channel::close() {
  ErrorCode ignored;
  socket().close(ignored);
}

void tune(Tcp::socket& socket) {
  ErrorCode ignored;
  socket.set_option(Tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  set_option<IPPROTO_TCP, TCP_KEEPIDLE>(socket, 5);
  set_option<IPPROTO_TCP, TCP_KEEPINTVL>(socket, 2);
  set_option<IPPROTO_TCP, TCP_KEEPCNT>(socket, 3);
  set_option<IPPROTO_TCP, TCP_USER_TIMEOUT>(socket, 11'000);
}

}  // namespace sluice::net
