#pragma once
// A bounded cache of answers that each cost a request: however many threads ask for the same at once, one
// fetches and all get its answer. What the registry does not have is remembered for a while; trouble on the
// way there is not. The least recently used entry goes first. Thread-safe.

#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "drivers/schema_registry/client.h"

namespace sluice::schema_registry {

struct CacheLimits {
  size_t entries_max = 1'000;
  int64_t found_ms = -1;        // how long an answer holds; negative: for ever
  int64_t missing_ms = 10'000;  // how long a "no such thing" holds
};

template <typename Key, typename Value>
class FlightCache {
 public:
  using Fetch = std::function<Reply<Value>()>;

  /// `clock` outlives the cache.
  FlightCache(CacheLimits limits, const Clock& clock) : limits_(limits), clock_(clock) {}

  /// What is remembered, or what `fetch` says, called on this thread or on another one's.
  Reply<Value> get(const Key& key, const Fetch& fetch) {
    std::unique_lock lock(mutex_);
    if (const Entry* entry = find(key)) return *entry->reply;
    const auto flying = flights_.find(key);
    if (flying != flights_.end()) {
      const std::shared_ptr<Flight> flight = flying->second;
      landed_.wait(lock, [&] { return flight->reply.has_value(); });
      return *flight->reply;
    }
    const auto flight = std::make_shared<Flight>();
    flights_.emplace(key, flight);
    lock.unlock();
    Reply<Value> reply = fetch();
    lock.lock();
    flight->reply = reply;
    flights_.erase(key);
    landed_.notify_all();
    remember(key, reply);
    return reply;
  }

  void put(const Key& key, const Value& value) {
    const std::lock_guard lock(mutex_);
    remember(key, Reply<Value>{value});
  }
  void forget(const Key& key) {
    const std::lock_guard lock(mutex_);
    erase(key);
  }

 private:
  struct Flight {
    std::optional<Reply<Value>> reply;
  };
  struct Entry {
    Key key;
    std::shared_ptr<const Reply<Value>> reply;
    int64_t until_ms;
  };
  static constexpr int64_t kForEver = std::numeric_limits<int64_t>::max();

  const Entry* find(const Key& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    if (clock_.steady_ms() >= found->second->until_ms) {
      erase(key);
      return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, found->second);
    return &entries_.front();
  }

  void remember(const Key& key, const Reply<Value>& reply) {
    if (!reply.ok() && !reply.is_missing()) return;
    const int64_t holds_ms = reply.ok() ? limits_.found_ms : limits_.missing_ms;
    erase(key);
    entries_.push_front({key, std::make_shared<const Reply<Value>>(reply),
                         holds_ms < 0 ? kForEver : clock_.steady_ms() + holds_ms});
    index_[key] = entries_.begin();
    if (entries_.size() > limits_.entries_max) erase(Key(entries_.back().key));
  }

  void erase(const Key& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return;
    entries_.erase(found->second);
    index_.erase(found);
  }

  const CacheLimits limits_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable landed_;
  std::list<Entry> entries_;  // the most recently used first
  std::map<Key, typename std::list<Entry>::iterator> index_;
  std::map<Key, std::shared_ptr<Flight>> flights_;
};

}  // namespace sluice::schema_registry
