#include "cluster/local_work.h"

#include <memory>
#include <utility>

#include "base/log.h"

namespace sluice::cluster {

const store::ConnectorEntry* LocalWork::entry(const std::string& connector) const {
  const auto& connectors = config_.state().connectors;
  const auto found = connectors.find(connector);
  return found == connectors.end() ? nullptr : &found->second;
}

std::set<TaskName> LocalWork::tasks_of(const std::string& connector) const {
  std::set<TaskName> result;
  for (const TaskName& task : tasks_) {
    if (task.connector == connector) result.insert(task);
  }
  return result;
}

void LocalWork::set_assigned(const WorkItems& assigned) {
  assigned_connectors_ = {assigned.connectors.begin(), assigned.connectors.end()};
  assigned_tasks_ = {assigned.tasks.begin(), assigned.tasks.end()};
}

bool LocalWork::may_start(const std::string& connector) const {
  if (entry(connector) != nullptr && assigned_connectors_.contains(connector)) return true;
  log::info("Connector {} is not started: it is not configured, or not assigned to this worker any more",
            connector);
  return false;
}

bool LocalWork::is_configured(const TaskName& task) const {
  const store::ConnectorEntry* found = entry(task.connector);
  return found != nullptr && found->tasks.contains(task.task);
}

bool LocalWork::may_start(const TaskName& task) const {
  if (is_configured(task) && assigned_tasks_.contains(task)) return true;
  log::info("Task {} is not started: it has no configuration, or is not assigned to this worker any more",
            task.text());
  return false;
}

void LocalWork::begin(const std::string& connector, Work::Done done) {
  const store::ConnectorEntry& found = *entry(connector);
  work_.start_connector({connector, found.config, found.target}, std::move(done));
}

void LocalWork::begin(const TaskName& task, Work::Done done) {
  const store::ConnectorEntry& found = *entry(task.connector);
  stayed_.erase(task);
  work_.start_task({task, found.config, found.tasks.at(task.task), found.target, found.task_generation},
                   std::move(done));
}

template <typename Name>
void LocalWork::start(const Name& name, std::set<Name>& running, Restarts<Name>& restarts, Work::Done done) {
  if (!done) done = [](const Status&) {};
  if (running.contains(name)) return done({});
  if (!may_start(name)) return done(closed("it is not this worker's any more"));
  running.insert(name);
  if (restarts.stopping.contains(name)) {
    restarts.waiting[name] = std::move(done);
  } else {
    begin(name, std::move(done));
  }
}

void LocalWork::start_connector(const std::string& connector, Work::Done done) {
  start(connector, connectors_, connector_restarts_, std::move(done));
}

void LocalWork::start_task(const TaskName& task, Work::Done done) {
  start(task, tasks_, task_restarts_, std::move(done));
}

template <typename Name>
bool LocalWork::take_out(const Name& name, std::set<Name>& running, Restarts<Name>& restarts) {
  if (running.erase(name) == 0) return false;
  if (auto waiting = restarts.waiting.extract(name); !waiting.empty()) {
    waiting.mapped()(closed("it was stopped before it had started"));
    return false;
  }
  ++restarts.stopping[name];
  return true;
}

template <typename Name>
void LocalWork::stopped(const Name& name, std::set<Name>& running, Restarts<Name>& restarts) {
  if (--restarts.stopping[name] > 0) return;
  restarts.stopping.erase(name);
  auto waiting = restarts.waiting.extract(name);
  if (waiting.empty()) return;
  if (may_start(name)) {
    begin(name, std::move(waiting.mapped()));
  } else {
    running.erase(name);
    waiting.mapped()(closed("it is not this worker's any more"));
  }
}

void LocalWork::stop_connector(const std::string& connector, Work::Stopped done) {
  stop({connector}, {}, Farewell::kStay, std::move(done));
}

void LocalWork::stop_tasks(const std::set<TaskName>& tasks, Farewell farewell, Work::Stopped done) {
  stop({}, tasks, farewell, std::move(done));
}

/// Connectors and tasks stop at the same time.
void LocalWork::stop(const std::set<std::string>& connectors, const std::set<TaskName>& tasks,
                     Farewell farewell, Work::Stopped done) {
  std::vector<TaskName> running;
  std::vector<TaskName> gone;  // nobody takes these over
  for (const TaskName& task : tasks) {
    if (!take_out(task, tasks_, task_restarts_)) continue;
    (farewell == Farewell::kStay && !is_configured(task) ? gone : running).push_back(task);
  }
  auto left = std::make_shared<int>(1);
  const auto one_less = [left, done = counted(std::move(done))] {
    if (--*left == 0) done();
  };
  for (const std::string& connector : connectors) {
    if (!take_out(connector, connectors_, connector_restarts_)) continue;
    ++*left;
    work_.stop_connector(connector, [this, connector, one_less] {
      stopped(connector, connectors_, connector_restarts_);
      one_less();
    });
  }
  for (const auto& [some, how] : {std::pair{running, farewell}, std::pair{gone, Farewell::kLeave}}) {
    if (some.empty()) continue;
    ++*left;
    stop_running(some, how, one_less);
  }
  one_less();
}

void LocalWork::stop_running(const std::vector<TaskName>& tasks, Farewell farewell,
                             const Work::Stopped& done) {
  if (farewell == Farewell::kStay) stayed_.insert(tasks.begin(), tasks.end());
  work_.stop_tasks(tasks, farewell, [this, tasks, done] {
    for (const TaskName& task : tasks) stopped(task, tasks_, task_restarts_);
    done();
  });
}

void LocalWork::leave_for_gone() {
  when_stopped([this] {
    std::vector<TaskName> gone;
    for (const TaskName& task : stayed_) {
      if (!is_configured(task)) gone.push_back(task);
    }
    for (const TaskName& task : gone) stayed_.erase(task);
    if (!gone.empty()) work_.leave_groups(gone);
  });
}

void LocalWork::stop_all(Farewell farewell, Work::Stopped done) {
  const auto connectors = connectors_;
  const auto tasks = tasks_;
  stop(connectors, tasks, farewell, std::move(done));
}

void LocalWork::set_target(const std::string& connector, store::TargetState target, Work::Done done) {
  for (const TaskName& task : tasks_of(connector)) work_.set_task_target(task, target);
  if (runs(connector)) work_.set_connector_target(connector, target, std::move(done));
}

Work::Stopped LocalWork::counted(Work::Stopped done) {
  ++stopping_;
  return [this, done = std::move(done)] {
    --stopping_;
    if (done) done();
    if (stopping_ > 0) return;
    for (const auto& then : std::exchange(waiting_, {})) then();
  };
}

void LocalWork::when_stopped(std::function<void()> then) {
  if (stopping_ == 0) {
    then();
  } else {
    waiting_.push_back(std::move(then));
  }
}

}  // namespace sluice::cluster
