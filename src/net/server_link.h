#pragma once
// Inside the folder: a link that a client of the server asks for.

#include <memory>
#include <string>

#include "net/http_connection.h"
#include "net/link_core.h"
#include "net/message_link.h"

namespace sluice::net {

class ServerLink final : public OfferedLink {
 public:
  explicit ServerLink(std::shared_ptr<HttpConnection> connection);
  ~ServerLink() override;  // NOLINT(bugprone-exception-escape)
  ServerLink(const ServerLink&) = delete;
  ServerLink& operator=(const ServerLink&) = delete;

  void accept(LinkEvents events) override;
  void refuse(ServerResponse response) override;
  void send(std::string message) override;
  void close() override;

 private:
  const std::shared_ptr<HttpConnection> connection_;
  const std::shared_ptr<LinkCore> core_;
  std::atomic<bool> decided_{false};
};

}  // namespace sluice::net
