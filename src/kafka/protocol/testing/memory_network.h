#pragma once
// A network without sockets, for tests and the simulator: brokers listen at addresses, each client has its
// own view, and faults can be laid on each. Everything happens on the scheduler's thread.

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/scheduler.h"
#include "kafka/protocol/group_link.h"

namespace sluice::kafka::protocol::testing {

/// What listens at an address. `connection` is a number that never comes again.
class MemoryListener {
 public:
  virtual ~MemoryListener() = default;
  virtual void opened(uint64_t connection) = 0;
  virtual void received(uint64_t connection, BytesView bytes) = 0;
  virtual void closed(uint64_t connection) = 0;
};

class MemoryNetwork {
 public:
  MemoryNetwork(Scheduler& scheduler, const Clock& clock);
  ~MemoryNetwork();

  /// The network as the machine `name` sees it; lives as long as this.
  GroupNetwork& client(const std::string& name);

  // --- brokers -------------------------------------------------------------------------------------------
  /// The listener outlives this, or is taken away by unlisten().
  void listen(const BrokerAddress& address, MemoryListener& listener);
  /// Refuses connections from now on and breaks those that there are.
  void unlisten(const BrokerAddress& address);
  void write(uint64_t connection, std::string bytes);
  void close(uint64_t connection);

  // --- faults --------------------------------------------------------------------------------------------
  /// Breaks every connection of the client; new ones are fine.
  void drop_connections(const std::string& client);
  /// Nothing gets through to or from the client; what is sent waits until the end of it, as TCP's does.
  void set_partitioned(const std::string& client, bool partitioned);
  /// How long bytes travel, asked for each write; order within a connection is kept. None by default.
  void set_delay(std::function<std::chrono::milliseconds()> delay) { delay_ = std::move(delay); }
  /// Bytes arrive in pieces of this size at most; 0: as they were written.
  void set_piece_bytes(size_t piece_bytes) { piece_bytes_ = piece_bytes; }

  size_t connection_count(const std::string& client) const;

 private:
  class Client;
  class Link;
  enum class End : uint8_t { kClient, kBroker };
  struct Event {
    enum class Kind : uint8_t { kOpen, kBytes, kClose } kind;
    std::string bytes;
    int64_t due_ms;
  };
  struct Connection {
    std::string client;
    BrokerAddress address;
    MemoryListener* listener = nullptr;             // null: refused, or the broker is gone
    std::shared_ptr<GroupLinkCallbacks> callbacks;  // null: the client has closed
    bool opened = false;
    std::deque<Event> to_client;
    std::deque<Event> to_broker;
  };

  std::unique_ptr<GroupLink> connect(const std::string& client, const BrokerAddress& address,
                                     GroupLinkCallbacks callbacks);
  void link_closed(uint64_t id);
  void send(uint64_t id, End to, Event::Kind kind, std::string bytes);
  void deliver_due(uint64_t id, End to);
  void deliver_to_broker(uint64_t id, const Event& event);
  void deliver_to_client(uint64_t id, const Event& event);
  std::deque<Event>* queue_of(uint64_t id, End to);

  Scheduler& scheduler_;
  const Clock& clock_;
  std::map<std::string, std::unique_ptr<Client>> clients_;
  std::map<std::pair<std::string, uint16_t>, MemoryListener*> listeners_;
  std::map<uint64_t, Connection> connections_;
  std::set<std::string> partitioned_;
  std::function<std::chrono::milliseconds()> delay_;
  size_t piece_bytes_ = 0;
  uint64_t next_connection_ = 1;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sluice::kafka::protocol::testing
