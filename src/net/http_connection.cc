#include "net/http_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <ctime>
#include <utility>

#include "net/server_link.h"

namespace sluice::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr size_t kIdleChunkBytes = 4096;
constexpr size_t kBodyChunkBytes = size_t{64} << 10;
constexpr size_t kWriteBytes = size_t{256} << 10;
constexpr size_t kLingerBytesMax = size_t{16} << 20;
constexpr milliseconds kLinger{3'000};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

std::string_view view_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[64];
  const size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, size};
}

/// "http://host/path" as proxies send it: the path and what follows.
std::string_view origin_form(std::string_view target) {
  const size_t scheme = target.find("://");
  if (target.empty() || target.front() == '/' || scheme == std::string_view::npos) return target;
  const size_t path = target.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

}  // namespace

std::optional<std::string_view> ServerRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

HttpConnection::HttpConnection(std::shared_ptr<ServerShared> server, std::shared_ptr<Channel> channel,
                               size_t listener)
    : server_(std::move(server)),
      channel_(std::move(channel)),
      listener_(listener),
      timer_(channel_->executor()) {}

HttpConnection::~HttpConnection() {
  server_->body_bytes -= counted_bytes_;
  if (id_ != 0) server_->book.remove(id_);
}

void HttpConnection::start() {
  const std::weak_ptr<HttpConnection> weak = weak_from_this();
  const auto later = [weak, executor = channel_->executor()](auto what) {
    asio::post(executor, [weak, what] {
      if (const auto self = weak.lock()) what(*self);
    });
  };
  id_ = server_->book.add({[later] { later([](HttpConnection& self) { self.finish(); }); },
                           [later] { later([](HttpConnection& self) { self.close(); }); }});
  if (id_ == 0) return close();
  server_->book.set_idle(id_, true);  // who only shakes hands makes room, too
  arm(server_->options.limits.head_timeout);
  channel_->handshake(true, "", [self = shared_from_this()](ErrorCode error) {
    if (error || self->phase_ == Phase::kGone) return self->close();
    self->begin_request();
  });
}

void HttpConnection::begin_request() {
  const ServerLimits& limits = server_->options.limits;
  parser_.emplace();
  parser_->eager(true);
  parser_->header_limit(static_cast<std::uint32_t>(limits.head_bytes_max));
  parser_->body_limit(limits.body_bytes_max);
  head_seen_ = false;
  phase_ = Phase::kIdle;
  if (finishing_) return close();
  if (input_.empty()) {
    server_->book.set_idle(id_, true);
    arm(limits.idle_timeout);
    return read();
  }
  phase_ = Phase::kHead;
  arm(limits.head_timeout);
  parse();
}

void HttpConnection::read() {
  if (std::exchange(reading_, true)) return;
  chunk_.resize(phase_ == Phase::kBody || phase_ == Phase::kLingering ? kBodyChunkBytes : kIdleChunkBytes);
  channel_->read_some(
      chunk_, [self = shared_from_this()](ErrorCode error, size_t count) { self->on_read(error, count); });
}

void HttpConnection::on_read(ErrorCode error, size_t count) {
  reading_ = false;
  // A request that was refused in the middle: what still comes is read after the answer.
  if (phase_ == Phase::kHandling || phase_ == Phase::kWriting) return;
  if (error || phase_ == Phase::kGone) return close();
  if (phase_ == Phase::kLingering) {
    drained_ += count;
    return drain();
  }
  if (phase_ == Phase::kIdle) {
    server_->book.set_idle(id_, false);
    phase_ = Phase::kHead;
    arm(server_->options.limits.head_timeout);
  }
  input_.append(chunk_.data(), count);
  parse();
}

void HttpConnection::parse() {
  size_t used = 0;
  ErrorCode error;
  while (used < input_.size() && !parser_->is_done()) {
    const size_t count = parser_->put(asio::buffer(input_.data() + used, input_.size() - used), error);
    used += count;
    if (error) break;
    if (count == 0) break;
  }
  input_.erase(0, used);
  if (error == http::error::need_more) error = {};
  if (error) return on_parse_error(error);
  if (!count_body()) return refuse(503, "too many request bodies at once");
  if (parser_->is_header_done() && !head_seen_) {
    head_seen_ = true;
    if (!is_head_fine()) return refuse(400, "the request's head is ambiguous or incomplete");
    if (!parser_->is_done()) return on_head();
  }
  if (parser_->is_done()) return on_request();
  if (phase_ == Phase::kBody) {
    const ServerLimits& limits = server_->options.limits;
    const auto elapsed = Clock::now() - body_start_;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(elapsed).count();
    const bool is_slow = elapsed > limits.stall_timeout &&
                         counted_bytes_ < static_cast<size_t>(seconds) * limits.bytes_per_second_min;
    if (is_slow) return refuse(408, "the request's body comes too slowly");
    arm(limits.stall_timeout);
  }
  read();
}

/// What lets two servers read one request in two ways is refused: it is how requests are smuggled.
bool HttpConnection::is_head_fine() {
  const auto& message = parser_->get();
  if (message.count(http::field::host) != 1 && message.version() == 11) return false;
  const size_t lengths = message.count(http::field::content_length);
  const size_t codings = message.count(http::field::transfer_encoding);
  if (lengths + codings > 1) return false;
  if (codings == 1 && lower(view_of(message[http::field::transfer_encoding])) != "chunked") return false;
  const std::string_view target = view_of(message.target());
  return !target.empty() && target.find('\0') == std::string_view::npos;
}

/// The head is there, a body is still to come.
void HttpConnection::on_head() {
  phase_ = Phase::kBody;
  body_start_ = Clock::now();
  arm(server_->options.limits.stall_timeout);
  if (lower(view_of(parser_->get()[http::field::expect])) != "100-continue") return read();
  channel_->write(kContinue, [self = shared_from_this()](ErrorCode error) {
    if (error || self->phase_ == Phase::kGone) return self->close();
    self->read();
  });
}

bool HttpConnection::count_body() {
  const size_t bytes = parser_->get().body().size();
  const size_t sum = server_->body_bytes += bytes - counted_bytes_;
  counted_bytes_ = bytes;
  return sum <= server_->options.limits.all_bodies_bytes_max;
}

void HttpConnection::on_parse_error(ErrorCode error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return refuse(431, "the request's head is too large");
  if (error == http::error::body_limit)
    return refuse(413, fmt::format("the request's body is larger than {} bytes",
                                   server_->options.limits.body_bytes_max));
  refuse(400, error.message());
}

ServerRequest HttpConnection::take_request() {
  ServerRequest request;
  auto message = parser_->release();
  request.method = view_of(message.method_string());
  request.target = origin_form(view_of(message.target()));
  for (const auto& field : message)
    request.headers.emplace_back(lower(view_of(field.name_string())), view_of(field.value()));
  request.body = std::move(message.body());
  request.has_body = !request.body.empty() || request.header("transfer-encoding").has_value();
  request.is_tls = channel_->is_tls();
  request.listener = listener_;
  ErrorCode ignored;
  request.peer = channel_->socket().remote_endpoint(ignored).address().to_string();
  request.local_port = channel_->socket().local_endpoint(ignored).port();
  return request;
}

bool HttpConnection::wants_upgrade(const ServerRequest& request) const {
  const ServerOptions& options = server_->options;
  if (options.upgrade_protocol.empty() || request.has_body || !input_.empty()) return false;
  const auto upgrade = request.header("upgrade");
  const auto connection = request.header("connection");
  return upgrade && connection && lower(*upgrade) == options.upgrade_protocol &&
         http::token_list(boost::beast::string_view(connection->data(), connection->size()))
             .exists("upgrade");
}

void HttpConnection::on_request() {
  phase_ = Phase::kHandling;
  ++timer_turn_;  // whoever handles it has its own deadline
  keep_alive_ = parser_->get().keep_alive();
  ServerRequest request = take_request();
  is_head_method_ = request.method == "HEAD";
  if (wants_upgrade(request)) {
    server_->options.on_upgrade(std::move(request), std::make_shared<ServerLink>(shared_from_this()));
    return;
  }
  handled_ = shared_from_this();
  server_->options.on_request(std::move(request), [weak = weak_from_this()](ServerResponse response) {
    if (const auto self = weak.lock()) {
      asio::post(self->channel_->executor(),
                 [self, response = std::move(response)] { self->respond(response); });
    }
  });
}

/// Reading has gone wrong: answers as far as the client still listens, then ends.
void HttpConnection::refuse(int status, const std::string& why) {
  is_head_method_ = false;
  phase_ = Phase::kHandling;
  ServerResponse response;
  response.status = status;
  response.body = why;
  if (server_->options.on_refusal) response = server_->options.on_refusal(status, why);
  response.close = true;
  respond(response);
}

std::string HttpConnection::head_of(const ServerResponse& response) const {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status,
                                 reason_phrase(response.status), http_date());
  if (!server_->options.server_name.empty())
    head += fmt::format("Server: {}\r\n", server_->options.server_name);
  for (const auto& [name, value] : response.headers) {
    std::string line = fmt::format("{}: {}", name, value);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
    head += line + "\r\n";
  }
  const bool may_have_body = response.status >= 200 && response.status != 204 && response.status != 304;
  if (may_have_body) head += fmt::format("Content-Length: {}\r\n", response.body.size());
  if (!keep_alive_) head += "Connection: close\r\n";
  return head + "\r\n";
}

void HttpConnection::respond(const ServerResponse& response) {
  if (phase_ != Phase::kHandling) return;
  phase_ = Phase::kWriting;
  handled_.reset();
  if (response.close || finishing_) keep_alive_ = false;
  output_ = head_of(response);
  if (!is_head_method_ && response.status != 204 && response.status != 304) output_ += response.body;
  written_ = 0;
  write_more();
}

void HttpConnection::upgrade(std::function<void(const std::string& why)> failed, std::function<void()> done) {
  phase_ = Phase::kUpgraded;
  output_ = fmt::format("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: {}\r\n\r\n",
                        server_->options.upgrade_protocol);
  channel_->write(output_, [self = shared_from_this(), failed = std::move(failed),
                            done = std::move(done)](ErrorCode error) {
    if (error) return failed(error.message());
    done();
  });
}

void HttpConnection::write_more() {
  if (written_ == output_.size()) {
    output_ = {};
    server_->body_bytes -= std::exchange(counted_bytes_, 0);
    if (!keep_alive_) return linger();
    return begin_request();
  }
  arm(server_->options.limits.stall_timeout);
  const std::string_view piece = std::string_view(output_).substr(written_, kWriteBytes);
  channel_->write(piece, [self = shared_from_this(), size = piece.size()](ErrorCode error) {
    if (error || self->phase_ == Phase::kGone) return self->close();
    self->written_ += size;
    self->write_more();
  });
}

/// A reset would take the answer away from a client that still sends, so what it sends is read for a while.
void HttpConnection::linger() {
  phase_ = Phase::kLingering;
  const bool all_read = parser_->is_done() && input_.empty();
  drained_ = input_.size();
  input_ = {};
  arm(kLinger);
  channel_->finish([self = shared_from_this(), all_read](ErrorCode) {
    if (all_read || self->channel_->is_tls()) return self->close();
    self->drain();
  });
}

void HttpConnection::drain() {
  if (phase_ != Phase::kLingering || drained_ > kLingerBytesMax) return close();
  read();
}

void HttpConnection::finish() {
  finishing_ = true;
  const bool is_busy = phase_ != Phase::kIdle && phase_ != Phase::kHandshake && phase_ != Phase::kUpgraded;
  if (!is_busy) close();
}

void HttpConnection::close() {
  if (std::exchange(phase_, Phase::kGone) == Phase::kGone) return;
  const auto until_the_end = std::move(handled_);
  ++timer_turn_;
  timer_.cancel();
  channel_->close();
  if (id_ != 0) server_->book.remove(std::exchange(id_, 0));
}

void HttpConnection::arm(milliseconds timeout) {
  const uint64_t turn = ++timer_turn_;
  timer_.expires_after(timeout);
  timer_.async_wait([weak = weak_from_this(), turn](ErrorCode error) {
    const auto self = weak.lock();
    if (self && !error && turn == self->timer_turn_) self->on_timeout();
  });
}

void HttpConnection::on_timeout() {
  if (phase_ == Phase::kHead || phase_ == Phase::kBody) {
    keep_alive_ = false;
    return refuse(408, "the request did not come in time");
  }
  close();
}

}  // namespace sluice::net
