#pragma once
// Inside the folder: one connected socket, plain or TLS, behind one interface, so that what is built on it
// exists once. On its loop only; operations under way keep it alive.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/tls.h"

namespace sluice::net {

using Tcp = boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;

class TlsContext::Impl {
 public:
  explicit Impl(boost::asio::ssl::context::method method) : context(method) {}
  boost::asio::ssl::context context;
  bool verify_host = false;
};

class Channel : public std::enable_shared_from_this<Channel> {
 public:
  using Done = std::function<void(ErrorCode)>;
  using ReadDone = std::function<void(ErrorCode, size_t)>;

  static std::shared_ptr<Channel> plain(Tcp::socket socket);
  static std::shared_ptr<Channel> tls(Tcp::socket socket, std::shared_ptr<TlsContext> context);
  virtual ~Channel() = default;

  virtual Tcp::socket& socket() = 0;
  virtual bool is_tls() const = 0;
  /// `host` is what a client verifies and names; servers give "".
  virtual void handshake(bool is_server, const std::string& host, Done done) = 0;
  virtual void read_some(std::span<char> buffer, ReadDone done) = 0;
  /// All of it; the text outlives the operation.
  virtual void write(std::string_view text, Done done) = 0;
  /// Says goodbye: no more will be written.
  virtual void finish(Done done) = 0;

  /// Ends every operation under way.
  void close();
  auto executor() { return socket().get_executor(); }
};

/// No waiting for more to send; a peer that is gone without a word is noticed within some ten seconds.
void tune(Tcp::socket& socket);

}  // namespace sluice::net
