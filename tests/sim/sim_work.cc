#include "sim_work.h"

#include <utility>

namespace sluice::sim {
namespace {

using cluster::ConnectorStart;
using cluster::TaskStart;
using store::TargetState;
using store::WorkState;

constexpr int64_t kPollMs = 100;
constexpr int64_t kFlushMs = 400;
constexpr int64_t kResendMs = 100;
constexpr int64_t kLookForLeaseMs = 10;

WorkState reached(TargetState target) {
  if (target == TargetState::kStarted) return WorkState::kRunning;
  return target == TargetState::kPaused ? WorkState::kPaused : WorkState::kStopped;
}

}  // namespace

/// One run of a task. Requests travel through the world: they arrive even if this process is no more.
class SimWork::Task : public std::enable_shared_from_this<Task> {
  template <typename Function>
  auto guarded(Function function) {
    return [self = weak_from_this(), function](const auto&... args) {
      const auto living = self.lock();
      if (living != nullptr && !living->over_) function(args...);
    };
  }

 public:
  Task(SimWork& work, TaskStart start) : work_(work), start_(std::move(start)) {
    const auto& count = start_.task.at("count");
    tasks_ = std::stoi(*count);
  }

  void begin() {
    if (over_ || stopping_) return;
    if (!work_.options_.exactly_once) return run();
    work_.events_->fence_predecessors(start_.id, guarded([this](const Status& fenced) {
                                        if (!fenced.ok()) return fail(fenced.error());
                                        init_producer();
                                      }));
  }

  void set_target(TargetState target) {
    if (start_.target == target) return;
    start_.target = target;
    if (running_) report();
  }

  /// No more polls; `done` when what is under way has been written, or time is up.
  void stop(const std::function<void()>& done) {
    stopping_ = true;
    if (!running_) return finish(done);
    running_ = false;
    if (!work_.options_.exactly_once) write_offsets();
    work_.post(work_.world_.between(0, 40), [self = shared_from_this(), done] { self->finish(done); });
  }

  /// The work is another's already: nothing more is written or reported.
  void cut() {
    stopping_ = true;
    end();
  }

  void end() {
    if (over_) return;
    over_ = true;
    running_ = false;
    if (run_) work_.ledger_.ended(*run_);
  }

 private:
  void post(int64_t delay_ms, void (Task::*step)()) {
    work_.post(delay_ms, guarded([this, step] { (this->*step)(); }));
  }
  /// `at_broker` runs there once this worker's host reaches it; `back` then here, with what it returned.
  template <typename AtBroker, typename Back>
  void ask_broker(AtBroker at_broker, Back back) {
    travel(
        work_.world_, work_.reach_, work_.process_.name(),
        [&world = work_.world_, &reach = work_.reach_, process = work_.process_.handle(), at_broker, back] {
          const auto result = at_broker();
          world.at(reach.latency_ms(), [process, result, back] {
            if (const auto living = process.lock()) (*living)->post([result, back] { back(result); });
          });
        });
  }
  static void travel(World& world, Reach& reach, const std::string& host,
                     const std::function<void()>& arrive) {
    world.at(reach.latency_ms(), [&world, &reach, host, arrive] {
      if (reach.reaches(host, kBroker)) return arrive();
      world.at(kResendMs, [&world, &reach, host, arrive] { travel(world, reach, host, arrive); });
    });
  }

  void init_producer() {
    if (!work_.holds_lease()) return post(kLookForLeaseMs, &Task::init_producer);
    ask_broker([&ledger = work_.ledger_, id = start_.id] { return ledger.init_producer(id); },
               guarded([this](int64_t epoch) {
                 epoch_ = epoch;
                 work_.events_->confirm_start(start_.id, start_.task_generation,
                                              guarded([this](const Status& sure) {
                                                if (!sure.ok()) return fail(sure.error());
                                                run();
                                              }));
               }));
  }

  void run() {
    if (stopping_) return;
    if (!work_.holds_lease()) return post(kLookForLeaseMs, &Task::run);
    run_ = work_.ledger_.started(start_.id, work_.process_.name());
    ask_broker(
        [&ledger = work_.ledger_, connector = start_.id.connector] { return ledger.offsets(connector); },
        guarded([this](const Positions& offsets) {
          position_ = acknowledged_ = written_ = offsets;
          running_ = true;
          report();
          poll();
          if (!work_.options_.exactly_once) post(kFlushMs, &Task::flush);
        }));
  }

  void poll() {
    if (!running_) return;
    post(kPollMs, &Task::poll);
    // Without a lease it waits until there is one, or until it is told to stop.
    if (start_.target != TargetState::kStarted || !work_.holds_lease()) return;
    work_.ledger_.acts(*run_);
    for (int partition = start_.id.task; partition < kPartitions; partition += tasks_) {
      if (work_.options_.exactly_once)
        commit(partition);
      else
        send(partition);
    }
  }

  void send(int partition) {
    const auto index = static_cast<size_t>(partition);
    // As much as the producer's queue takes.
    if (position_.at(index) - acknowledged_.at(index) > 20) return;
    const int64_t record = position_.at(index)++;
    ask_broker(
        [&ledger = work_.ledger_, connector = start_.id.connector, partition, record] {
          ledger.append(connector, partition, record);
          return record;
        },
        guarded([this, index](int64_t sent) {
          auto& early = early_.at(index);
          early.insert(sent);
          while (early.erase(acknowledged_.at(index)) > 0) ++acknowledged_.at(index);
        }));
  }

  void flush() {
    if (!running_) return;
    post(kFlushMs, &Task::flush);
    if (!work_.holds_lease()) return;
    work_.ledger_.acts(*run_);
    write_offsets();
  }
  void write_offsets() {
    if (!work_.holds_lease()) return;
    for (int partition = start_.id.task; partition < kPartitions; partition += tasks_) {
      const int64_t offset = acknowledged_.at(static_cast<size_t>(partition));
      if (std::exchange(written_.at(static_cast<size_t>(partition)), offset) == offset) continue;
      ask_broker(
          [&ledger = work_.ledger_, connector = start_.id.connector, partition, offset] {
            ledger.write_offset(connector, partition, offset);
            return true;
          },
          [](bool) {});
    }
  }

  /// One transaction at a time.
  void commit(int partition) {
    const auto index = static_cast<size_t>(partition);
    if (position_.at(index) != acknowledged_.at(index)) return;
    const int64_t from = position_.at(index);
    const int64_t to = from + work_.world_.between(1, 5);
    position_.at(index) = to;
    ask_broker([&ledger = work_.ledger_, id = start_.id, epoch = epoch_, partition, from,
                to] { return ledger.commit(id, epoch, partition, from, to); },
               guarded([this, index, to](bool committed) {
                 if (!committed)
                   return fail(fenced("There is a newer producer with the same transactionalId"));
                 acknowledged_.at(index) = to;
               }));
  }

  void fail(const Error& error) {
    running_ = false;
    work_.world_.trace("{} {} has failed: {}", work_.process_.name(), start_.id.text(), error.message());
    work_.events_->task_reported(start_.id, {WorkState::kFailed, error.trace(), "1"});
  }
  void report() { work_.events_->task_reported(start_.id, {reached(start_.target), {}, "1"}); }
  void finish(const std::function<void()>& done) {
    if (!over_) work_.events_->task_reported(start_.id, {WorkState::kUnassigned, {}, {}});
    end();
    done();
  }

  SimWork& work_;
  TaskStart start_;
  int tasks_ = 1;
  std::optional<Run> run_;
  bool running_ = false;
  bool stopping_ = false;
  bool over_ = false;
  int64_t epoch_ = 0;
  Positions position_{};      // the next record to send
  Positions acknowledged_{};  // all below are
  Positions written_{};
  std::array<std::set<int64_t>, kPartitions> early_{};  // acknowledged above `acknowledged_`
};

SimWork::SimWork(World& world, Process& process, Reach& reach, Ledger& ledger, WorkOptions options)
    : world_(world), process_(process), reach_(reach), ledger_(ledger), options_(options) {}

SimWork::~SimWork() {
  for (const auto& [id, task] : tasks_) task->end();
}

void SimWork::post(int64_t delay_ms, std::function<void()> work) {
  process_.post_after(milliseconds(delay_ms), [alive = std::weak_ptr<int>(alive_), work = std::move(work)] {
    if (!alive.expired()) work();
  });
}

bool SimWork::holds_lease() const { return lease_until_ms_ < 0 || process_.steady_ms() < lease_until_ms_; }

void SimWork::report(const std::string& connector, TargetState target) {
  events_->connector_reported(connector, {reached(target), {}, "1"});
}

void SimWork::start_connector(ConnectorStart start, Done done) {
  connectors_[start.name] = start;
  post(world_.between(0, 20), [this, name = start.name, done = std::move(done)] {
    const auto found = connectors_.find(name);
    if (found == connectors_.end()) return done(closed("the connector has been stopped"));
    report(name, found->second.target);
    done({});
  });
}

void SimWork::stop_connector(const std::string& connector, Stopped done) {
  const bool ran = connectors_.erase(connector) > 0;
  post(world_.between(0, 20), [this, ran, connector, done = std::move(done)] {
    if (ran && !connectors_.contains(connector))
      events_->connector_reported(connector, {WorkState::kUnassigned, {}, {}});
    done();
  });
}

void SimWork::set_connector_target(const std::string& connector, TargetState target, Done done) {
  post(world_.between(0, 5), [this, connector, target, done = std::move(done)] {
    const auto found = connectors_.find(connector);
    if (found == connectors_.end()) return done(closed("the connector does not run"));
    found->second.target = target;
    report(connector, target);
    done({});
  });
}

void SimWork::generate_task_configs(const std::string& connector, TaskConfigsDone done) {
  post(world_.between(0, 10), [this, connector, done = std::move(done)] {
    const auto found = connectors_.find(connector);
    if (found == connectors_.end()) return done(closed("the connector does not run"));
    const std::string count = *found->second.config.at("tasks");
    std::vector<cluster::RawConfig> configs(static_cast<size_t>(std::stoi(count)));
    for (auto& config : configs) config = {{"count", count}, {"version", found->second.config.at("version")}};
    done(std::move(configs));
  });
}

void SimWork::start_task(TaskStart start, Done done) {
  TaskPtr& task = tasks_[start.id];
  if (task != nullptr) world_.violated(process_.name() + " starts a task again that it has not stopped");
  task = std::make_shared<Task>(*this, std::move(start));
  post(world_.between(0, 10), [task, done = std::move(done)] {
    task->begin();
    done({});
  });
}

void SimWork::stop_tasks(std::vector<TaskName> tasks, cluster::Farewell farewell, Stopped done) {
  auto left = std::make_shared<size_t>(tasks.size());
  const auto one_stopped = [left, done = std::move(done)] {
    if (--*left == 0) done();
  };
  if (tasks.empty()) {
    ++*left;
    return post(0, one_stopped);
  }
  for (const TaskName& id : tasks) {
    auto found = tasks_.extract(id);
    const TaskPtr task = found.empty() ? nullptr : std::move(found.mapped());
    if (task == nullptr) {
      post(0, one_stopped);
    } else if (farewell == cluster::Farewell::kCut) {
      task->cut();
      post(0, one_stopped);
    } else {
      post(world_.between(0, 60), [task, one_stopped] { task->stop(one_stopped); });
    }
  }
}

void SimWork::set_task_target(const TaskName& task, TargetState target) {
  post(0, [this, task, target] {
    const auto found = tasks_.find(task);
    if (found != tasks_.end()) found->second->set_target(target);
  });
}

}  // namespace sluice::sim
