#include "net/server_link.h"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <utility>

namespace sluice::net {

namespace asio = boost::asio;

ServerLink::ServerLink(std::shared_ptr<HttpConnection> connection)
    : connection_(std::move(connection)),
      core_(std::make_shared<LinkCore>(
          connection_->channel_,
          std::shared_ptr<void>(nullptr, [connection = connection_](void*) { connection->close(); }))) {}

// NOLINTNEXTLINE(bugprone-exception-escape): posting throws only when memory ends.
ServerLink::~ServerLink() { close(); }

void ServerLink::accept(LinkEvents events) {
  if (decided_.exchange(true)) return;
  asio::post(connection_->channel_->executor(),
             [connection = connection_, core = core_, events = std::move(events)]() mutable {
               if (connection->phase_ != HttpConnection::Phase::kHandling) {
                 if (events.ended) events.ended(LinkEnding::kClosed, "the connection has ended");
                 return;
               }
               const auto shared = std::make_shared<LinkEvents>(std::move(events));
               connection->upgrade(
                   [core, shared](const std::string& why) {
                     core->close();
                     if (shared->ended) shared->ended(LinkEnding::kClosed, why);
                   },
                   [core, shared] { core->start(std::move(*shared), {}); });
             });
}

void ServerLink::refuse(ServerResponse response) {
  if (decided_.exchange(true)) return;
  asio::post(connection_->channel_->executor(),
             [connection = connection_, response = std::move(response)] { connection->respond(response); });
}

void ServerLink::send(std::string message) {
  asio::post(connection_->channel_->executor(),
             [core = core_, message = std::move(message)] { core->send(message); });
}

void ServerLink::close() {
  decided_ = true;
  asio::post(connection_->channel_->executor(), [core = core_] { core->close(); });
}

}  // namespace sluice::net
