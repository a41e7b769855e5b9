#include "kafka/protocol/broker_client.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/log.h"

namespace sluice::kafka::protocol {
namespace {

using std::chrono::milliseconds;

constexpr double kJitter = 0.2;
// The handshake's own requests come before.
constexpr int32_t kFirstCorrelationId = 100;
// Brokers take a login for so much of its lifetime as is safe.
constexpr double kLoginShare = 0.85;
// How often it is looked whether a token has come; it comes from a thread of its own.
constexpr milliseconds kTokenPoll{5};

}  // namespace

milliseconds backoff(milliseconds first, milliseconds max, int attempt, Random& random) {
  const double factor = std::pow(2.0, std::min(attempt - 1, 30));
  const double base = std::min(static_cast<double>(first.count()) * factor, static_cast<double>(max.count()));
  const double jitter = 1.0 - kJitter + 2.0 * kJitter * random.fraction();
  return milliseconds(static_cast<int64_t>(base * jitter));
}

BrokerClient::BrokerClient(BrokerAddress address, BrokerClientConfig config, const Surroundings& surroundings)
    : address_(std::move(address)),
      config_(std::move(config)),
      surroundings_(surroundings),
      next_correlation_id_(kFirstCorrelationId) {}

BrokerClient::~BrokerClient() = default;

std::string BrokerClient::name() const { return fmt::format("{}:{}", address_.host, address_.port); }

template <typename Work>
auto BrokerClient::guarded(Work work) {
  return [this, work = std::move(work), connection = connection_,
          alive = std::weak_ptr<bool>(alive_)](auto&&... arguments) {
    if (!alive.expired() && connection == connection_) work(std::forward<decltype(arguments)>(arguments)...);
  };
}

void BrokerClient::after(milliseconds delay, std::function<void()> work) {
  surroundings_.scheduler.post_after(delay, [work = std::move(work), alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) work();
  });
}

void BrokerClient::when_ready(milliseconds timeout, std::function<void(const Status&)> done) {
  Entry entry;
  entry.done = [done = std::move(done)](const Result<Raw>& raw) { done(raw.ok() ? Status() : raw.error()); };
  enqueue(std::move(entry), timeout);
}

void BrokerClient::enqueue(Entry entry, milliseconds timeout) {
  const uint64_t id = entry.id = next_id_++;
  queued_.push_back(std::move(entry));
  after(timeout, [this, id] { check_deadline(id); });
  // Never calls back before the caller has returned.
  after(milliseconds(0), [this] { go_on(); });
}

void BrokerClient::go_on() {
  if (queued_.empty()) return;
  if (state_ == State::kReady && is_stale()) drop_link();
  if (state_ == State::kReady) return flush();
  if (state_ != State::kDown) return;
  const int64_t wait_ms = next_attempt_ms_ - surroundings_.clock.steady_ms();
  if (wait_ms <= 0) return connect();
  state_ = State::kWaiting;
  after(milliseconds(wait_ms), [this] {
    if (state_ != State::kWaiting) return;
    state_ = State::kDown;
    go_on();
  });
}

bool BrokerClient::is_stale() const {
  const int64_t now_ms = surroundings_.clock.steady_ms();
  if (!under_way_.empty()) return false;
  return now_ms - used_ms_ >= config_.idle_max.count() || (login_ends_ms_ && now_ms >= *login_ends_ms_);
}

void BrokerClient::connect() {
  ++connection_;
  state_ = State::kConnecting;
  splitter_ = FrameSplitter();
  surroundings_.scheduler.post_after(
      config_.setup_timeout, guarded([this] {
        if (state_ == State::kReady) return;
        drop(retriable(fmt::format("Connection to {} could not be established within {} ms", name(),
                                   config_.setup_timeout.count())));
      }));
  if (config_.sasl != nullptr && config_.sasl->tokens != nullptr)
    return await_token(config_.sasl->tokens->ask());
  if (config_.sasl != nullptr && config_.sasl->starter != nullptr)
    return await_exchange(config_.sasl->starter->begin(address_.host));
  open_link();
}

void BrokerClient::await_exchange(const std::shared_ptr<ExchangeUnderWay>& under_way) {
  if (under_way->exchange.wait_for(milliseconds(0)) != std::future_status::ready) {
    surroundings_.scheduler.post_after(kTokenPoll, guarded([this, under_way] { await_exchange(under_way); }));
    return;
  }
  auto begun = under_way->exchange.get();
  if (!begun.ok()) return drop(begun.error().with_context(fmt::format("Broker {}", name())));
  exchange_ = std::move(begun).value();
  open_link();
}

void BrokerClient::await_token(const std::shared_future<Result<BearerToken>>& token) {
  if (token.wait_for(milliseconds(0)) != std::future_status::ready) {
    surroundings_.scheduler.post_after(kTokenPoll, guarded([this, token] { await_token(token); }));
    return;
  }
  if (!token.get().ok()) return drop(token.get().error());
  token_ = token.get().value();
  open_link();
}

void BrokerClient::open_link() {
  GroupLinkCallbacks callbacks;
  callbacks.on_connected = guarded([this] { on_connected(); });
  callbacks.on_bytes = guarded([this](BytesView bytes) { on_bytes(bytes); });
  callbacks.on_closed = guarded([this](const Error& error) { drop(error); });
  link_ = surroundings_.network.connect(address_, std::move(callbacks));
}

void BrokerClient::on_connected() {
  state_ = State::kHandshake;
  handshake_ = std::make_unique<Handshake>(
      config_.client_id, config_.sasl, std::move(token_), surroundings_.random,
      [this](std::string bytes) { link_->write(std::move(bytes)); }, std::move(exchange_));
  handshake_->start();
}

void BrokerClient::on_bytes(BytesView bytes) {
  splitter_.append(bytes);
  const std::weak_ptr<bool> alive = alive_;
  const uint64_t connection = connection_;
  while (const auto frame = splitter_.next()) {
    state_ == State::kReady ? on_response(*frame) : on_handshake_frame(*frame);
    if (alive.expired() || connection != connection_ || link_ == nullptr) return;
  }
  if (splitter_.broken()) drop(retriable(fmt::format("{} does not speak Kafka's protocol", name())));
}

void BrokerClient::on_handshake_frame(BytesView frame) {
  const auto over = handshake_->on_frame(frame);
  if (!over.ok()) return drop(over.error().with_context(fmt::format("Broker {}", name())));
  if (!over.value()) return;
  state_ = State::kReady;
  failures_ = 0;
  used_ms_ = surroundings_.clock.steady_ms();
  login_ends_ms_.reset();
  if (const int64_t lifetime_ms = handshake_->session_lifetime_ms(); lifetime_ms > 0) {
    login_ends_ms_ = used_ms_ + static_cast<int64_t>(static_cast<double>(lifetime_ms) * kLoginShare);
  }
  flush();
}

void BrokerClient::flush() {
  const std::weak_ptr<bool> alive = alive_;
  used_ms_ = surroundings_.clock.steady_ms();
  while (state_ == State::kReady && !queued_.empty()) {
    Entry entry = std::move(queued_.front());
    queued_.pop_front();
    if (entry.api == nullptr) {
      entry.done(Raw{});
    } else if (const auto version = handshake_->version_of(*entry.api); !version.ok()) {
      entry.done(version.error().with_context(fmt::format("Broker {}", name())));
    } else {
      entry.version = version.value();
      const int32_t correlation_id = next_correlation_id_++;
      link_->write(entry.encode(entry.version, correlation_id));
      entry.encode = nullptr;
      under_way_.emplace(correlation_id, std::move(entry));
      continue;
    }
    if (alive.expired()) return;
  }
}

void BrokerClient::on_response(BytesView frame) {
  used_ms_ = surroundings_.clock.steady_ms();
  const auto correlation_id = correlation_id_of(frame);
  const auto found = correlation_id ? under_way_.find(*correlation_id) : under_way_.end();
  if (found == under_way_.end()) {
    return drop(retriable(fmt::format("{} answered what it was not asked", name())));
  }
  Entry entry = std::move(found->second);
  under_way_.erase(found);
  const BytesView body = body_of_response(frame, *entry.api, entry.version);
  entry.done(Raw{body, entry.version});
}

void BrokerClient::check_deadline(uint64_t id) {
  const auto queued =
      std::find_if(queued_.begin(), queued_.end(), [id](const Entry& entry) { return entry.id == id; });
  if (queued != queued_.end()) {
    const auto done = std::move(queued->done);
    queued_.erase(queued);
    return done(retriable(fmt::format("No connection to {} in time", name())));
  }
  const auto sent = std::find_if(under_way_.begin(), under_way_.end(),
                                 [id](const auto& entry) { return entry.second.id == id; });
  if (sent == under_way_.end()) return;
  // As Java: a broker that does not answer is given up, with everything that waits for it.
  drop(retriable(fmt::format("{} did not answer a {} request in time", name(), sent->second.api->name)));
}

void BrokerClient::drop_link() {
  ++connection_;
  link_.reset();
  state_ = State::kDown;
}

void BrokerClient::drop(const Error& reason) {
  const bool was_ready = state_ == State::kReady;
  drop_link();
  ++failures_;
  const auto wait =
      backoff(config_.reconnect_backoff, config_.reconnect_backoff_max, failures_, surroundings_.random);
  next_attempt_ms_ = surroundings_.clock.steady_ms() + wait.count();
  log::debug("Connection to {} ended: {}", name(), reason.message());
  const std::weak_ptr<bool> alive = alive_;
  fail_requests(reason);
  if (!alive.expired() && was_ready && on_down_) {
    const auto callback = on_down_;
    callback(reason);
  }
}

void BrokerClient::fail(const Error& reason) {
  drop_link();
  fail_requests(reason);
}

void BrokerClient::fail_requests(const Error& reason) {
  std::vector<Entry> lost;
  for (auto& [correlation_id, entry] : under_way_) lost.push_back(std::move(entry));
  for (Entry& entry : queued_) lost.push_back(std::move(entry));
  under_way_.clear();
  queued_.clear();
  const std::weak_ptr<bool> alive = alive_;
  for (const Entry& entry : lost) {
    entry.done(reason);
    if (alive.expired()) return;
  }
}

void BrokerClient::close() {
  drop_link();
  under_way_.clear();
  queued_.clear();
}

}  // namespace sluice::kafka::protocol
