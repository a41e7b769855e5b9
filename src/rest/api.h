#pragma once
// What the resources need: the herder, the plugins, and a few facts about the worker.

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

class Api {
 public:
  Api(const WorkerFacts& facts, net::IoThreads& threads) : facts_(facts), threads_(threads) {}

  cluster::Herder& herder() { return *facts_.herder; }
  const WorkerFacts& facts() const { return facts_; }

  /// For requests that wait for the herder.
  void set_deadline(Exchange& exchange);
  net::IoThreads& threads() { return threads_; }

 private:
  const WorkerFacts facts_;
  net::IoThreads& threads_;
};

/// Routes of the admin listeners, or of all if there are none.
std::vector<Route> admin_routes();
/// All others.
std::vector<Route> routes();

}  // namespace sluice::rest
