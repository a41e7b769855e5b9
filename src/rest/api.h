#pragma once
// What the resources need: the herder, the plugins, and a few facts about the worker.

#include <memory>
#include <mutex>
#include <string>

#include "cluster/herder.h"
#include "net/io_threads.h"
#include "plugins/plugins.h"
#include "rest/exchange.h"
#include "rest/router.h"

namespace sluice::rest {

/// Facts that REST tells; everything outlives the API.
struct WorkerFacts {
  cluster::Herder* herder = nullptr;
  const plugins::Plugins* plugins = nullptr;
  /// The framework's own options, which follow a connector's in GET …/config.
  const sdk::ConfigDef* source_options = nullptr;
  const sdk::ConfigDef* sink_options = nullptr;
  std::string version;  // of the Kafka Connect that is spoken
  std::string commit;
};

/// What time-outs ask of the herder: they may come when it is gone. Thread-safe.
class HerderWatch {
 public:
  explicit HerderWatch(const cluster::Herder& herder) : herder_(&herder) {}
  void close() {
    std::lock_guard lock(mutex_);
    herder_ = nullptr;
  }
  bool is_ready() const {
    std::lock_guard lock(mutex_);
    return herder_ != nullptr && herder_->is_ready();
  }
  std::string stage() const {
    std::lock_guard lock(mutex_);
    return herder_ == nullptr ? std::string() : herder_->stage();
  }

 private:
  mutable std::mutex mutex_;
  const cluster::Herder* herder_;
};

class Api {
 public:
  Api(const WorkerFacts& facts, net::IoThreads& threads)
      : facts_(facts), threads_(threads), watch_(std::make_shared<HerderWatch>(*facts.herder)) {}
  ~Api() { watch_->close(); }
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  cluster::Herder& herder() { return *facts_.herder; }
  const WorkerFacts& facts() const { return facts_; }

  /// For requests that wait for the herder.
  void set_deadline(Exchange& exchange);
  net::IoThreads& threads() { return threads_; }
  std::shared_ptr<const HerderWatch> watch() const { return watch_; }

 private:
  const WorkerFacts facts_;
  net::IoThreads& threads_;
  const std::shared_ptr<HerderWatch> watch_;
};

/// Routes of the admin listeners, or of all if there are none.
std::vector<Route> admin_routes();
/// All others.
std::vector<Route> routes();

}  // namespace sluice::rest
