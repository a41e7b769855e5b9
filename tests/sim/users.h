#pragma once
// People (and programs) who use the cluster through the REST API of any worker, and remember what they were
// promised.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cluster/herder.h"
#include "sim_worker.h"
#include "world.h"

namespace sluice::sim {

/// What a connector may be by now. More than one possibility: an answer did not come, or was an error.
struct Promise {
  /// Versions of the configuration; 0: there is none.
  std::set<int64_t> versions{0};
  std::map<int64_t, int> tasks;  // by version
  std::set<store::TargetState> targets{store::TargetState::kStarted};
  /// A stop that failed half-way leaves it running without tasks; Kafka Connect accepts that too.
  bool may_lack_tasks = false;
  bool asking = false;
};

class Users {
 public:
  /// The worker of that name, if it lives.
  using Find = std::function<SimWorker*(const std::string& name)>;
  Users(World& world, std::vector<std::string> workers, Find find);

  /// One request, of something, to somebody.
  void ask();
  /// Every connector at once, so that the cluster has something to run: the tasks that there will be.
  std::set<TaskName> put_all();
  const std::map<std::string, Promise>& promises() const { return promises_; }
  bool waiting() const;
  int64_t answered() const { return answered_; }

 private:
  using Done = std::function<void(const cluster::RequestError* error)>;
  using Call = std::function<void(cluster::Herder& herder, Done done)>;
  struct Request;
  void put(const std::string& connector);
  void remove(const std::string& connector);
  void set_target(const std::string& connector, store::TargetState target);
  void restart(const std::string& connector);
  /// Asks any worker, then whom it names. `done` once, with null for success; an error or no answer leave
  /// open what has happened, unless the worker has refused.
  void send(const std::string& what, const std::string& connector, Call call, Done done);
  void deliver(const std::string& host, const std::shared_ptr<Request>& request, int hops);

  World& world_;
  const std::vector<std::string> workers_;
  const Find find_;
  std::map<std::string, Promise> promises_;
  int64_t next_version_ = 1;
  int64_t answered_ = 0;
};

}  // namespace sluice::sim
