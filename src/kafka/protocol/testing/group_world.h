#pragma once
// Where the group tests live: in memory with virtual time, or on a real broker with real time. The same test
// runs in both, on one thread.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/pumped_scheduler.h"
#include "base/random.h"
#include "base/testing/virtual_scheduler.h"
#include "kafka/protocol/network.h"
#include "kafka/protocol/testing/memory_coordinator.h"

namespace sluice::kafka::protocol::testing {

class GroupWorld {
 public:
  virtual ~GroupWorld() = default;
  virtual Scheduler& scheduler() = 0;
  virtual const Clock& clock() const = 0;
  /// The network as the machine `name` sees it.
  virtual GroupNetwork& network(const std::string& name) = 0;
  virtual std::vector<BrokerAddress> bootstrap() const = 0;
  virtual bool run_until(const std::function<bool()>& done, std::chrono::milliseconds patience) = 0;
  void run_for(std::chrono::milliseconds time) {
    run_until([] { return false; }, time);
  }
};

/// Random, but the same in each run.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  std::string bytes(size_t count) override {
    std::string out;
    for (size_t i = 0; i < count; ++i) out.push_back(static_cast<char>(next() >> 56U));
    return out;
  }

 private:
  // SplitMix64.
  uint64_t next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  uint64_t state_;
};

class MemoryWorld final : public GroupWorld {
 public:
  explicit MemoryWorld(size_t brokers = 1, MemoryGroupOptions options = {})
      : coordinator(net, time, random, addresses(brokers), options) {}

  Scheduler& scheduler() override { return time; }
  const Clock& clock() const override { return time; }
  GroupNetwork& network(const std::string& name) override { return net.client(name); }
  std::vector<BrokerAddress> bootstrap() const override { return coordinator.brokers(); }
  bool run_until(const std::function<bool()>& done, std::chrono::milliseconds patience) override {
    const int64_t end_ms = time.steady_ms() + patience.count();
    if (time.run_until(done, patience)) return true;
    time.advance(std::chrono::milliseconds(end_ms - time.steady_ms()));
    return done();
  }

  sluice::testing::VirtualScheduler time;
  SeededRandom random{1};
  MemoryNetwork net{time, time};
  MemoryCoordinator coordinator;

 private:
  static std::vector<BrokerAddress> addresses(size_t count) {
    std::vector<BrokerAddress> made;
    for (size_t i = 0; i < count; ++i) made.push_back({"broker" + std::to_string(i), 9092});
    return made;
  }
};

class BrokerWorld final : public GroupWorld {
 public:
  explicit BrokerWorld(BrokerAddress broker) : broker_(std::move(broker)) {}

  Scheduler& scheduler() override { return scheduler_; }
  const Clock& clock() const override { return system_clock(); }
  GroupNetwork& network(const std::string& /*name*/) override { return *network_; }
  std::vector<BrokerAddress> bootstrap() const override { return {broker_}; }
  bool run_until(const std::function<bool()>& done, std::chrono::milliseconds patience) override {
    return scheduler_.run_until(done, patience);
  }

 private:
  const BrokerAddress broker_;
  PumpedScheduler scheduler_;
  std::unique_ptr<GroupNetwork> network_ = make_network(scheduler_, nullptr);
};

}  // namespace sluice::kafka::protocol::testing
