#pragma once
// Requests to one broker and their responses. Connects when there is something to send, again and again with
// a growing back-off; every request has its own deadline. Everything happens on the scheduler's thread.

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "base/scheduler.h"
#include "kafka/protocol/frame.h"
#include "kafka/protocol/group_link.h"
#include "kafka/protocol/handshake.h"

namespace sluice::kafka::protocol {

/// What everything here runs on; all of it outlives whoever holds this.
struct Surroundings {
  GroupNetwork& network;
  Scheduler& scheduler;
  const Clock& clock;
  Random& random;
};

/// Kafka's exponential back-off: doubles from `first` to `max`, with a fifth of jitter. `attempt` begins
/// with 1.
std::chrono::milliseconds backoff(std::chrono::milliseconds first, std::chrono::milliseconds max, int attempt,
                                  Random& random);

struct BrokerClientConfig {
  std::string client_id;
  std::shared_ptr<const SaslConfig> sasl;  // null: none
  std::chrono::milliseconds reconnect_backoff{50};
  std::chrono::milliseconds reconnect_backoff_max{1'000};
  /// From connecting until versions are known and the login has succeeded.
  std::chrono::milliseconds setup_timeout{10'000};
  /// A connection that was idle for longer is not used again: brokers close such (connections.max.idle.ms).
  std::chrono::milliseconds idle_max{540'000};
};

class BrokerClient {
 public:
  /// Kind kRetry: no connection, or the deadline has passed. kUnsupported: the broker is too old. Any other:
  /// the login was refused, or the answer makes no sense; trying again would not help.
  template <typename Response>
  using Done = std::function<void(Result<Response>)>;

  BrokerClient(BrokerAddress address, BrokerClientConfig config, const Surroundings& surroundings);
  /// No callback comes after that.
  ~BrokerClient();
  BrokerClient(const BrokerClient&) = delete;
  BrokerClient& operator=(const BrokerClient&) = delete;

  /// `done` is called once and never before this returns; not at all after close().
  template <typename Request>
  void send(Request request, std::chrono::milliseconds timeout, Done<typename Request::Response> done) {
    using Response = typename Request::Response;
    Entry entry;
    entry.api = &Request::kApi;
    entry.encode = [request = std::move(request), client_id = config_.client_id](int16_t version,
                                                                                 int32_t correlation_id) {
      return request_frame(request, version, correlation_id, client_id);
    };
    entry.done = [done = std::move(done)](Result<Raw> raw) {
      if (!raw.ok()) return done(raw.error());
      done(decode_body<Response>(raw.value().body, raw.value().version));
    };
    enqueue(std::move(entry), timeout);
  }

  /// Succeeds when there is a connection that requests can go out on.
  void when_ready(std::chrono::milliseconds timeout, std::function<void(const Status&)> done);

  /// Ends the connection, forgets every request. The back-off stays.
  void close();
  /// Ends the connection; every request fails with `reason`.
  void fail(const Error& reason);

  /// Called when a connection that was ready breaks, after the requests under way have failed.
  void on_down(std::function<void(const Error&)> callback) { on_down_ = std::move(callback); }

  const BrokerAddress& address() const { return address_; }
  bool is_ready() const { return state_ == State::kReady; }

 private:
  enum class State : uint8_t { kDown, kWaiting, kConnecting, kHandshake, kReady };

  struct Raw {
    BytesView body;
    int16_t version = 0;
  };
  struct Entry {
    uint64_t id = 0;
    const ApiInfo* api = nullptr;  // null: only wants a ready connection
    std::function<std::string(int16_t version, int32_t correlation_id)> encode;
    std::function<void(Result<Raw>)> done;
    int16_t version = 0;
  };

  void enqueue(Entry entry, std::chrono::milliseconds timeout);
  void check_deadline(uint64_t id);
  void go_on();
  void connect();
  void await_exchange(const std::shared_ptr<ExchangeUnderWay>& under_way);
  void await_token(const std::shared_future<Result<BearerToken>>& token);
  void open_link();
  void flush();
  void on_connected();
  void on_bytes(BytesView bytes);
  void on_handshake_frame(BytesView frame);
  void on_response(BytesView frame);
  void drop(const Error& reason);
  void drop_link();
  void fail_requests(const Error& reason);
  bool is_stale() const;
  /// `work` with this object, if the object and the connection number `connection` still are.
  template <typename Work>
  auto guarded(Work work);
  void after(std::chrono::milliseconds delay, std::function<void()> work);
  std::string name() const;

  const BrokerAddress address_;
  const BrokerClientConfig config_;
  const Surroundings surroundings_;
  std::function<void(const Error&)> on_down_;
  State state_ = State::kDown;
  std::unique_ptr<GroupLink> link_;
  // For the login of the connection under way, with OAUTHBEARER and GSSAPI.
  BearerToken token_;
  std::unique_ptr<SaslExchange> exchange_;
  std::unique_ptr<Handshake> handshake_;
  FrameSplitter splitter_;
  std::deque<Entry> queued_;
  std::map<int32_t, Entry> under_way_;  // by correlation id
  int32_t next_correlation_id_;
  uint64_t next_id_ = 1;
  uint64_t connection_ = 0;  // counts them
  int failures_ = 0;         // in a row
  int64_t next_attempt_ms_ = 0;
  int64_t used_ms_ = 0;
  std::optional<int64_t> login_ends_ms_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sluice::kafka::protocol
