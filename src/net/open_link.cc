// The client's side of a link: connects, asks for the upgrade, then speaks messages.

#include <fmt/format.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <utility>

#include "net/io_loops.h"
#include "net/link_core.h"
#include "net/message_link.h"

namespace sluice::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

struct Place {
  bool is_tls = false;
  std::string host;
  std::string port;
};

/// Host and port of a URL; an IPv6 address stands in brackets.
std::optional<Place> place_of(std::string_view url) {
  Place place;
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  const std::string_view name = url.substr(0, scheme);
  place.is_tls = name == "https";
  if (!place.is_tls && name != "http") return std::nullopt;
  std::string_view authority = url.substr(scheme + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  const size_t bracket = authority.find(']');
  const size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  place.host = authority.substr(0, colon);
  place.port = colon == std::string_view::npos ? (place.is_tls ? "443" : "80") : authority.substr(colon + 1);
  if (place.host.starts_with('[') && place.host.ends_with(']'))
    place.host = place.host.substr(1, place.host.size() - 2);
  return place.host.empty() ? std::nullopt : std::optional(place);
}

class ClientLink final : public MessageLink, public std::enable_shared_from_this<ClientLink> {
 public:
  ClientLink(Loop& loop, LinkRequest request, std::shared_ptr<TlsContext> tls, LinkEvents events)
      : loop_(loop),
        request_(std::move(request)),
        tls_(std::move(tls)),
        events_(std::move(events)),
        resolver_(loop),
        timer_(loop) {}

  void start() {
    asio::post(loop_, [self = shared_from_this()] { self->connect(); });
  }
  void send(std::string message) override {
    asio::post(loop_, [self = shared_from_this(), message = std::move(message)]() mutable {
      if (self->core_) return self->core_->send(std::move(message));
      if (!self->done_) self->waiting_.push_back(std::move(message));
    });
  }
  void close() override {
    asio::post(loop_, [self = shared_from_this()] {
      self->events_ = {};
      self->end();
    });
  }

 private:
  void connect();
  void on_connected(Tcp::socket socket);
  void ask();
  void read_answer();
  void on_answer();
  void fail(LinkEnding ending, const std::string& why);
  void end();

  Loop& loop_;
  const LinkRequest request_;
  const std::shared_ptr<TlsContext> tls_;
  LinkEvents events_;
  Place place_;
  Tcp::resolver resolver_;
  asio::steady_timer timer_;
  std::optional<Tcp::socket> connecting_;
  std::shared_ptr<Channel> channel_;
  std::shared_ptr<LinkCore> core_;
  bool done_ = false;  // open or ended
  std::vector<std::string> waiting_;
  std::string output_;
  std::string input_;
  std::array<char, 4096> chunk_{};
  http::response_parser<http::empty_body> parser_;
};

void ClientLink::connect() {
  if (done_) return;
  const auto place = place_of(request_.url);
  if (!place) return fail(LinkEnding::kFailed, "not a URL of a worker: " + request_.url);
  place_ = *place;
  if (place_.is_tls && !tls_) return fail(LinkEnding::kFailed, "no TLS settings for " + request_.url);
  timer_.expires_after(std::chrono::milliseconds(request_.open_timeout_ms));
  timer_.async_wait([self = shared_from_this()](ErrorCode error) {
    if (!error && !self->done_) self->fail(LinkEnding::kFailed, "no answer in time");
  });
  resolver_.async_resolve(
      place_.host, place_.port, [self = shared_from_this()](ErrorCode error, const auto& addresses) {
        if (self->done_) return;
        if (error) return self->fail(LinkEnding::kFailed, error.message());
        self->connecting_.emplace(self->loop_);
        asio::async_connect(*self->connecting_, addresses, [self](ErrorCode failed, const Tcp::endpoint&) {
          if (self->done_) return;
          if (failed) return self->fail(ending_of(failed), failed.message());
          self->on_connected(*std::exchange(self->connecting_, std::nullopt));
        });
      });
}

void ClientLink::on_connected(Tcp::socket socket) {
  tune(socket);
  channel_ = place_.is_tls ? Channel::tls(std::move(socket), tls_) : Channel::plain(std::move(socket));
  channel_->handshake(false, place_.host, [self = shared_from_this()](ErrorCode error) {
    if (self->done_) return;
    if (error) return self->fail(ending_of(error), error.message());
    self->ask();
  });
}

void ClientLink::ask() {
  output_ = fmt::format("GET / HTTP/1.1\r\nHost: {}:{}\r\nConnection: Upgrade\r\nUpgrade: {}\r\n",
                        place_.host, place_.port, request_.protocol);
  for (const auto& [name, value] : request_.headers) output_ += fmt::format("{}: {}\r\n", name, value);
  output_ += "\r\n";
  channel_->write(output_, [self = shared_from_this()](ErrorCode error) {
    if (self->done_) return;
    if (error) return self->fail(ending_of(error), error.message());
    self->read_answer();
  });
}

void ClientLink::read_answer() {
  channel_->read_some(chunk_, [self = shared_from_this()](ErrorCode error, size_t count) {
    if (self->done_) return;
    if (error) return self->fail(ending_of(error), error.message());
    self->input_.append(self->chunk_.data(), count);
    self->on_answer();
  });
}

void ClientLink::on_answer() {
  ErrorCode error;
  const size_t used = parser_.put(asio::buffer(input_), error);
  if (error == http::error::need_more || (!error && !parser_.is_header_done())) {
    input_.erase(0, used);
    return read_answer();
  }
  if (error) return fail(LinkEnding::kFailed, error.message());
  if (parser_.get().result_int() != 101)
    return fail(LinkEnding::kFailed, fmt::format("answered with status {}", parser_.get().result_int()));
  input_.erase(0, used);
  done_ = true;
  timer_.cancel();
  core_ = std::make_shared<LinkCore>(channel_, nullptr);
  for (std::string& message : waiting_) core_->send(std::move(message));
  waiting_.clear();
  core_->start(std::move(events_), std::move(input_));
}

void ClientLink::fail(LinkEnding ending, const std::string& why) {
  const auto ended = std::move(events_.ended);
  end();
  if (ended) ended(ending, why);
}

void ClientLink::end() {
  done_ = true;
  events_ = {};
  timer_.cancel();
  resolver_.cancel();
  ErrorCode ignored;
  if (connecting_) connecting_->close(ignored);
  if (core_) {
    core_->close();
  } else if (channel_) {
    channel_->close();
  }
}

}  // namespace

std::shared_ptr<MessageLink> open_link(IoThreads& threads, LinkRequest request,
                                       std::shared_ptr<TlsContext> tls, LinkEvents events) {
  auto link = std::make_shared<ClientLink>(threads.impl().next(), std::move(request), std::move(tls),
                                           std::move(events));
  link->start();
  return link;
}

}  // namespace sluice::net
