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

void LocalWork::start_connector(const std::string& connector, Work::Done done) {
  if (!done) done = [](const Status&) {};
  if (runs(connector)) return done({});
  const store::ConnectorEntry* found = entry(connector);
  if (found == nullptr || !assigned_connectors_.contains(connector)) {
    log::info("Connector {} is not started: it is not configured, or not assigned to this worker any more",
              connector);
    return done(closed("the connector is not this worker's any more"));
  }
  connectors_.insert(connector);
  work_.start_connector({connector, found->config, found->target}, std::move(done));
}

void LocalWork::start_task(const TaskName& task, Work::Done done) {
  if (!done) done = [](const Status&) {};
  if (runs(task)) return done({});
  const store::ConnectorEntry* found = entry(task.connector);
  const bool is_configured = found != nullptr && found->tasks.contains(task.task);
  if (!is_configured || !assigned_tasks_.contains(task)) {
    log::info("Task {} is not started: it has no configuration, or is not assigned to this worker any more",
              task.text());
    return done(closed("the task is not this worker's any more"));
  }
  tasks_.insert(task);
  work_.start_task({task, found->config, found->tasks.at(task.task), found->target, found->task_generation},
                   std::move(done));
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
  for (const TaskName& task : tasks) {
    if (tasks_.erase(task) > 0) running.push_back(task);
  }
  auto left = std::make_shared<int>(1);
  const auto one_less = [left, done = counted(std::move(done))] {
    if (--*left == 0) done();
  };
  for (const std::string& connector : connectors) {
    if (connectors_.erase(connector) == 0) continue;
    ++*left;
    work_.stop_connector(connector, one_less);
  }
  if (!running.empty()) {
    ++*left;
    work_.stop_tasks(std::move(running), farewell, one_less);
  }
  one_less();
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
