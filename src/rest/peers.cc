#include "rest/peers.h"

#include <openssl/evp.h>

#include <utility>

#include "rest/reply.h"

namespace sluice::rest {

using cluster::LinkCallbacks;
using cluster::LinkEnd;
using cluster::PeerLink;

/// What callbacks on other threads go through; outlives the peers as long as one is under way.
class HttpPeers::Desk : public std::enable_shared_from_this<Desk> {
 public:
  explicit Desk(Scheduler& scheduler) : scheduler_(&scheduler) {}

  void close() {
    std::lock_guard lock(mutex_);
    scheduler_ = nullptr;
  }

  /// Runs on the scheduler's thread, unless the peers are gone by then.
  void post(std::function<void()> work) {
    std::lock_guard lock(mutex_);
    if (scheduler_ == nullptr) return;
    scheduler_->post([self = shared_from_this(), work = std::move(work)] {
      if (self->is_open()) work();
    });
  }

  void set_accept(AcceptLink accept) { accept_ = std::move(accept); }
  const AcceptLink& accept() const { return accept_; }

 private:
  bool is_open() {
    std::lock_guard lock(mutex_);
    return scheduler_ != nullptr;
  }

  std::mutex mutex_;
  Scheduler* scheduler_;
  AcceptLink accept_;  // on the scheduler's thread
};

namespace {

constexpr const char* kHelloHeader = "x-sluice-hello";
constexpr const char* kSignatureHeader = "x-sluice-signature";
constexpr size_t kHelloBytesMax = size_t{16} << 10;

std::string to_base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(size));
  return text;
}

/// Nothing if it is no Base64, or too long.
std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0 || text.size() > kHelloBytesMax) return std::nullopt;
  std::string bytes(text.size() / 4 * 3 + 1, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  bytes.resize(static_cast<size_t>(size) - padding);
  return bytes;
}

LinkEnd end_of(net::LinkEnding ending) {
  switch (ending) {
    case net::LinkEnding::kClosed:
      return LinkEnd::kClosed;
    case net::LinkEnding::kRefused:
      return LinkEnd::kRefused;
    case net::LinkEnding::kFailed:
      break;
  }
  return LinkEnd::kFailed;
}

/// Either side's handle. `alive` is touched on the scheduler's thread only; a link that was offered and not
/// accepted is not alive.
template <typename Link>
class LinkHandle final : public PeerLink {
 public:
  LinkHandle(std::shared_ptr<Link> link, std::shared_ptr<bool> alive)
      : link_(std::move(link)), alive_(std::move(alive)) {}
  ~LinkHandle() override {
    if (std::exchange(*alive_, false)) link_->close();
  }
  LinkHandle(const LinkHandle&) = delete;
  LinkHandle& operator=(const LinkHandle&) = delete;
  void send(std::string message) override { link_->send(std::move(message)); }

 private:
  const std::shared_ptr<Link> link_;
  const std::shared_ptr<bool> alive_;
};

/// The network's events as the scheduler's work.
template <typename Desk>
net::LinkEvents events_of(const std::shared_ptr<Desk>& desk, const std::shared_ptr<bool>& alive,
                          LinkCallbacks callbacks) {
  const auto shared = std::make_shared<LinkCallbacks>(std::move(callbacks));
  const auto post = [desk, alive](auto work) {
    desk->post([alive, work] {
      if (*alive) work();
    });
  };
  return {[post, shared] {
            post([shared] {
              if (shared->on_open) shared->on_open();
            });
          },
          [post, shared](std::string message) {
            post([shared, message = std::move(message)] {
              if (shared->on_message) shared->on_message(message);
            });
          },
          [post, shared, alive](net::LinkEnding ending, const std::string&) {
            post([shared, alive, ending] {
              if (shared->on_end) shared->on_end(end_of(ending));
            });
          }};
}

}  // namespace

HttpPeers::HttpPeers(Network network, Scheduler& scheduler)
    : network_(std::move(network)), desk_(std::make_shared<Desk>(scheduler)) {}

HttpPeers::~HttpPeers() { desk_->close(); }

void HttpPeers::request(cluster::PeerRequest request, std::chrono::milliseconds timeout,
                        std::function<void(Result<cluster::PeerResponse>)> done) {
  net::HttpCall call;
  call.method = std::move(request.method);
  call.url = std::move(request.url);
  call.headers = {{"Accept", kJsonType}, {"User-Agent", "kafka-connect"}};
  call.total_timeout_ms = timeout.count();
  if (!request.body.empty()) {
    call.headers.emplace_back("Content-Type", kJsonType);
    call.body = std::move(request.body);
  }
  if (!request.signature.empty()) {
    call.headers.emplace_back("X-Connect-Request-Signature-Algorithm", request.algorithm);
    call.headers.emplace_back("X-Connect-Authorization", request.signature);
  }
  network_.calls.send(std::move(call),
                      [desk = desk_, done = std::move(done)](Result<net::HttpResponse> response) {
                        desk->post([done, response = std::move(response)] {
                          if (!response.ok()) return done(response.error());
                          done(cluster::PeerResponse{response->status, response->body});
                        });
                      });
}

std::unique_ptr<PeerLink> HttpPeers::connect(const std::string& url, const std::string& hello,
                                             const std::string& signature, LinkCallbacks callbacks) {
  net::LinkRequest request;
  request.url = url;
  request.protocol = kPeerProtocol;
  request.headers = {{kHelloHeader, to_base64(hello)}, {kSignatureHeader, to_base64(signature)}};
  const auto alive = std::make_shared<bool>(true);
  auto link = net::open_link(network_.threads, std::move(request), network_.tls,
                             events_of(desk_, alive, std::move(callbacks)));
  return std::make_unique<LinkHandle<net::MessageLink>>(std::move(link), alive);
}

void HttpPeers::on_link(AcceptLink accept) { desk_->set_accept(std::move(accept)); }

void HttpPeers::offer(const net::ServerRequest& request, std::shared_ptr<net::OfferedLink> link) {
  const auto hello = from_base64(request.header(kHelloHeader).value_or("-"));
  const auto signature = from_base64(request.header(kSignatureHeader).value_or("-"));
  if (!hello || !signature)
    return link->refuse(error_reply(400, "The hello of a peer is missing or unreadable"));
  desk_->post([desk = desk_, link = std::move(link), hello = *hello, signature = *signature] {
    const auto alive = std::make_shared<bool>(false);
    std::optional<LinkCallbacks> callbacks;
    auto handle = std::make_shared<LinkHandle<net::OfferedLink>>(link, alive);
    const std::weak_ptr<PeerLink> kept = handle;
    if (desk->accept()) callbacks = desk->accept()(hello, signature, std::move(handle));
    handle.reset();
    if (!callbacks || kept.expired())
      return link->refuse(error_reply(403, "This worker does not take that link"));
    *alive = true;
    link->accept(events_of(desk, alive, *std::move(callbacks)));
  });
}

}  // namespace sluice::rest
