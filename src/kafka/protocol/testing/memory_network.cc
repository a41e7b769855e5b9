#include "kafka/protocol/testing/memory_network.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace sluice::kafka::protocol::testing {

class MemoryNetwork::Client final : public GroupNetwork {
 public:
  Client(MemoryNetwork& network, std::string name) : network_(network), name_(std::move(name)) {}
  std::unique_ptr<GroupLink> connect(const BrokerAddress& address, GroupLinkCallbacks callbacks) override {
    return network_.connect(name_, address, std::move(callbacks));
  }

 private:
  MemoryNetwork& network_;
  const std::string name_;
};

class MemoryNetwork::Link final : public GroupLink {
 public:
  Link(MemoryNetwork& network, uint64_t id) : network_(network), id_(id), alive_(network.alive_) {}
  ~Link() override {
    if (!alive_.expired()) network_.link_closed(id_);
  }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  void write(std::string bytes) override {
    network_.send(id_, End::kBroker, Event::Kind::kBytes, std::move(bytes));
  }

 private:
  MemoryNetwork& network_;
  const uint64_t id_;
  const std::weak_ptr<bool> alive_;
};

MemoryNetwork::MemoryNetwork(Scheduler& scheduler, const Clock& clock)
    : scheduler_(scheduler), clock_(clock) {}
MemoryNetwork::~MemoryNetwork() = default;

GroupNetwork& MemoryNetwork::client(const std::string& name) {
  auto& client = clients_[name];
  if (client == nullptr) client = std::make_unique<Client>(*this, name);
  return *client;
}

void MemoryNetwork::listen(const BrokerAddress& address, MemoryListener& listener) {
  listeners_[{address.host, address.port}] = &listener;
}

void MemoryNetwork::unlisten(const BrokerAddress& address) {
  listeners_.erase({address.host, address.port});
  std::vector<uint64_t> broken;
  for (auto& [id, connection] : connections_) {
    if (connection.address != address) continue;
    connection.listener = nullptr;
    broken.push_back(id);
  }
  for (const uint64_t id : broken) send(id, End::kClient, Event::Kind::kClose, "the broker is gone");
}

std::unique_ptr<GroupLink> MemoryNetwork::connect(const std::string& client, const BrokerAddress& address,
                                                  GroupLinkCallbacks callbacks) {
  const uint64_t id = next_connection_++;
  Connection& connection = connections_[id];
  connection.client = client;
  connection.address = address;
  connection.callbacks = std::make_shared<GroupLinkCallbacks>(std::move(callbacks));
  send(id, End::kBroker, Event::Kind::kOpen, {});
  return std::make_unique<Link>(*this, id);
}

void MemoryNetwork::link_closed(uint64_t id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  found->second.callbacks.reset();
  found->second.to_client.clear();
  send(id, End::kBroker, Event::Kind::kClose, {});
}

void MemoryNetwork::write(uint64_t connection, std::string bytes) {
  send(connection, End::kClient, Event::Kind::kBytes, std::move(bytes));
}

void MemoryNetwork::close(uint64_t connection) {
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  found->second.listener = nullptr;
  send(connection, End::kClient, Event::Kind::kClose, "closed by the broker");
}

void MemoryNetwork::drop_connections(const std::string& client) {
  std::vector<std::pair<uint64_t, MemoryListener*>> dropped;
  for (auto& [id, connection] : connections_) {
    if (connection.client == client) dropped.emplace_back(id, std::exchange(connection.listener, nullptr));
  }
  for (const auto& [id, listener] : dropped) {
    if (listener != nullptr && connections_[id].opened) listener->closed(id);
    send(id, End::kClient, Event::Kind::kClose, "connection reset");
  }
}

void MemoryNetwork::set_partitioned(const std::string& client, bool partitioned) {
  if (partitioned) {
    partitioned_.insert(client);
    return;
  }
  partitioned_.erase(client);
  for (const auto& [id, connection] : connections_) {
    if (connection.client != client) continue;
    for (const End to : {End::kBroker, End::kClient}) {
      scheduler_.post([this, id = id, to, alive = std::weak_ptr<bool>(alive_)] {
        if (!alive.expired()) deliver_due(id, to);
      });
    }
  }
}

size_t MemoryNetwork::connection_count(const std::string& client) const {
  return static_cast<size_t>(std::count_if(connections_.begin(), connections_.end(), [&](const auto& entry) {
    return entry.second.client == client && entry.second.callbacks != nullptr;
  }));
}

std::deque<MemoryNetwork::Event>* MemoryNetwork::queue_of(uint64_t id, End to) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return nullptr;
  return to == End::kClient ? &found->second.to_client : &found->second.to_broker;
}

void MemoryNetwork::send(uint64_t id, End to, Event::Kind kind, std::string bytes) {
  std::deque<Event>* queue = queue_of(id, to);
  if (queue == nullptr) return;
  const int64_t now_ms = clock_.steady_ms();
  int64_t due_ms = now_ms + (delay_ ? delay_().count() : 0);
  if (!queue->empty()) due_ms = std::max(due_ms, queue->back().due_ms);
  queue->push_back({kind, std::move(bytes), due_ms});
  scheduler_.post_after(std::chrono::milliseconds(due_ms - now_ms),
                        [this, id, to, alive = std::weak_ptr<bool>(alive_)] {
                          if (!alive.expired()) deliver_due(id, to);
                        });
}

void MemoryNetwork::deliver_due(uint64_t id, End to) {
  for (std::deque<Event>* queue = queue_of(id, to); queue != nullptr && !queue->empty();
       queue = queue_of(id, to)) {
    if (partitioned_.contains(connections_[id].client)) return;
    if (queue->front().due_ms > clock_.steady_ms()) return;
    const Event event = std::move(queue->front());
    queue->pop_front();
    to == End::kClient ? deliver_to_client(id, event) : deliver_to_broker(id, event);
  }
}

void MemoryNetwork::deliver_to_broker(uint64_t id, const Event& event) {
  Connection& connection = connections_[id];
  if (event.kind == Event::Kind::kOpen) {
    const auto listener = listeners_.find({connection.address.host, connection.address.port});
    if (listener == listeners_.end())
      return send(id, End::kClient, Event::Kind::kClose, "connection refused");
    connection.listener = listener->second;
    connection.opened = true;
    send(id, End::kClient, Event::Kind::kOpen, {});
    return connection.listener->opened(id);
  }
  MemoryListener* const listener = connection.listener;
  if (event.kind == Event::Kind::kClose) {
    connections_.erase(id);
    if (listener != nullptr) listener->closed(id);
    return;
  }
  const size_t piece = piece_bytes_ == 0 ? std::max<size_t>(event.bytes.size(), 1) : piece_bytes_;
  for (size_t at = 0; at < event.bytes.size() && connections_.contains(id); at += piece) {
    if (connections_[id].listener == nullptr) return;
    listener->received(id, BytesView(event.bytes).substr(at, piece));
  }
}

void MemoryNetwork::deliver_to_client(uint64_t id, const Event& event) {
  // The client may close the link, and with it this connection's callbacks, at any call.
  const auto callbacks = connections_[id].callbacks;
  if (callbacks == nullptr) return;
  switch (event.kind) {
    case Event::Kind::kOpen:
      return callbacks->on_connected();
    case Event::Kind::kClose: {
      const Error error = retriable(fmt::format("Connection to {}:{}: {}", connections_[id].address.host,
                                                connections_[id].address.port, event.bytes));
      connections_.erase(id);
      return callbacks->on_closed(error);
    }
    case Event::Kind::kBytes:
      break;
  }
  const size_t piece = piece_bytes_ == 0 ? std::max<size_t>(event.bytes.size(), 1) : piece_bytes_;
  for (size_t at = 0; at < event.bytes.size(); at += piece) {
    const auto found = connections_.find(id);
    if (found == connections_.end() || found->second.callbacks == nullptr) return;
    callbacks->on_bytes(BytesView(event.bytes).substr(at, piece));
  }
}

}  // namespace sluice::kafka::protocol::testing
