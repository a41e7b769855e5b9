#pragma once
// A process's way to the brokers: what arrives waits while the process is stopped, and never comes when it is
// gone.

#include <memory>
#include <string>
#include <utility>

#include "kafka/protocol/group_link.h"
#include "process.h"

namespace sluice::sim {

class ProcessNetwork final : public kafka::protocol::GroupNetwork {
 public:
  ProcessNetwork(Process& process, kafka::protocol::GroupNetwork& inner) : process_(process), inner_(inner) {}

  std::unique_ptr<kafka::protocol::GroupLink> connect(
      const kafka::protocol::BrokerAddress& address, kafka::protocol::GroupLinkCallbacks callbacks) override {
    auto link = std::make_unique<Link>();
    const auto given = std::make_shared<kafka::protocol::GroupLinkCallbacks>(std::move(callbacks));
    link->callbacks = given;
    const auto later = [&process = process_, open = std::weak_ptr(given)](auto call) {
      process.post([open, call] {
        if (const auto callbacks = open.lock()) call(*callbacks);
      });
    };
    using Callbacks = kafka::protocol::GroupLinkCallbacks;
    link->inner = inner_.connect(
        address,
        {[later] { later([](const Callbacks& to) { to.on_connected(); }); },
         [later](BytesView bytes) {
           later([bytes = std::string(bytes)](const Callbacks& to) { to.on_bytes(bytes); });
         },
         [later](const Error& error) { later([error](const Callbacks& to) { to.on_closed(error); }); }});
    return link;
  }

 private:
  struct Link final : kafka::protocol::GroupLink {
    void write(std::string bytes) override { inner->write(std::move(bytes)); }
    std::shared_ptr<kafka::protocol::GroupLinkCallbacks> callbacks;
    std::unique_ptr<kafka::protocol::GroupLink> inner;
  };
  Process& process_;
  kafka::protocol::GroupNetwork& inner_;
};

}  // namespace sluice::sim
