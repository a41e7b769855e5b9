#pragma once
// A connection on which both sides send whole messages at any time: an HTTP request that was upgraded. On the
// wire each message is its length (4 bytes, big-endian) and its bytes.
//
// Thread-safe. Events come on an I/O thread, `ended` last and once, and none after close() has run there;
// one that is on its way already may still arrive.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "net/http_server.h"
#include "net/io_threads.h"
#include "net/tls.h"

namespace sluice::net {

enum class LinkEnding : uint8_t {
  kClosed,   // the other side closed or reset it
  kRefused,  // connecting was refused: nobody listens
  kFailed,   // anything else
};

struct LinkEvents {
  std::function<void()> opened;
  std::function<void(std::string message)> received;
  std::function<void(LinkEnding ending, const std::string& why)> ended;
};

inline constexpr size_t kLinkMessageBytesMax = size_t{8} << 20;
inline constexpr size_t kLinkQueueBytesMax = size_t{32} << 20;

class MessageLink {
 public:
  virtual ~MessageLink() = default;
  /// Kept in order. Before the link is open it waits. Ends the link when the other side does not read.
  virtual void send(std::string message) = 0;
  virtual void close() = 0;
};

/// A link that another process asks for. Exactly one of the two is called, once.
class OfferedLink : public MessageLink {
 public:
  virtual void accept(LinkEvents events) = 0;
  virtual void refuse(ServerResponse response) = 0;
};

struct LinkRequest {
  std::string url;       // http:// or https://
  std::string protocol;  // of the Upgrade header
  HttpHeaders headers;
  int64_t open_timeout_ms = 5'000;  // until the other side has agreed
};

/// Connects. `tls` is needed for https. A link dropped without close() stays open.
std::shared_ptr<MessageLink> open_link(IoThreads& threads, LinkRequest request,
                                       std::shared_ptr<TlsContext> tls, LinkEvents events);

}  // namespace sluice::net
