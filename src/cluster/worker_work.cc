#include "cluster/worker_work.h"

#include <utility>

#include "base/log.h"
#include "cluster/connector_validation.h"

namespace sluice::cluster {
namespace {

/// How soon a task that waits for the herder notices its answer.
constexpr std::chrono::milliseconds kLook{5};

/// Asks on the herder's thread and waits on the caller's, a task's.
Status ask_herder(Scheduler& herder, const StopSignal& stop, std::function<void(WorkEvents::Done)> ask) {
  struct Answer {
    std::mutex mutex;
    std::optional<Status> status;
  };
  const auto answer = std::make_shared<Answer>();
  herder.post([answer, ask = std::move(ask)] {
    ask([answer](const Status& status) {
      std::lock_guard lock(answer->mutex);
      answer->status = status;
    });
  });
  while (!stop.wait_for(kLook)) {
    std::lock_guard lock(answer->mutex);
    if (answer->status) return *answer->status;
  }
  return closed("The task was stopped before it had started");
}

void leave_now(const std::vector<tasks::StaticMember>& members) {
  for (const Status& left : tasks::leave_groups(members)) {
    if (left.ok()) continue;
    log::warn(
        "Could not take stopped tasks out of their consumer group: their places stay taken until their "
        "sessions are over: {}",
        left.error().message());
  }
}

tasks::TaskId task_id(const TaskName& name) { return {name.connector, name.task}; }

}  // namespace

WorkerWork::WorkerWork(Parts parts)
    : plugins_(parts.plugins),
      herder_(parts.herder),
      errands_(parts.errands),
      at_end_(parts.at_end),
      lease_(parts.clock) {
  parts.options.scheduler = &loop_;
  parts.options.lease = &lease_;
  worker_ = std::make_unique<tasks::Worker>(std::move(parts.options), parts.plugins, parts.offsets,
                                            parts.clock, static_cast<tasks::StatusListener&>(*this));
}

WorkerWork::~WorkerWork() {
  loop_.stop();
  const auto members =
      at_end_ == Farewell::kLeave ? worker_->static_members() : std::vector<tasks::StaticMember>();
  worker_.reset();
  leave_now(members);
}

Work::Done WorkerWork::on_herder(Done done) const {
  return [&herder = herder_, done = std::move(done)](const Status& status) {
    herder.post([done, status] { done(status); });
  };
}

Work::Stopped WorkerWork::on_herder(Stopped done) const {
  return [&herder = herder_, done = std::move(done)] { herder.post(done); };
}

std::optional<std::string> WorkerWork::version_of(const RawConfig& config) const {
  const auto class_name = config.find("connector.class");
  if (class_name == config.end() || !class_name->second) return std::nullopt;
  const auto plugin = plugins_.connector(*class_name->second);
  return plugin.ok() ? std::optional(plugin->names().version) : std::nullopt;
}

void WorkerWork::start_connector(ConnectorStart start, Done done) {
  versions_[start.name] = version_of(start.config);
  loop_.post([this, start = std::move(start), done = on_herder(std::move(done))] {
    const auto reconfigure = [this](const std::string& connector) {
      herder_.post([this, connector] { events_->reconfiguration_requested(connector); });
    };
    const Status status =
        worker_->start_connector(start.name, without_nulls(start.config), start.target, reconfigure, done);
    if (status.ok()) return;
    connector_changed(start.name, tasks::State::kFailed, status.error().trace());
    done(status);
  });
}

void WorkerWork::stop_connector(const std::string& connector, Stopped done) {
  loop_.post(
      [this, connector, done = on_herder(std::move(done))] { worker_->stop_connector(connector, done); });
}

void WorkerWork::set_connector_target(const std::string& connector, store::TargetState target, Done done) {
  loop_.post([this, connector, target, done = on_herder(std::move(done))] {
    worker_->set_connector_target(connector, target, done);
  });
}

void WorkerWork::generate_task_configs(const std::string& connector, TaskConfigsDone done) {
  loop_.post([this, connector, done = std::move(done)] {
    worker_->task_configs(connector, [this, done](tasks::ConnectorRunner::TaskConfigs configs) {
      Result<std::vector<RawConfig>> raw = std::vector<RawConfig>();
      if (!configs.ok()) {
        raw = configs.error();
      } else {
        for (const sdk::Properties& config : *configs) raw->push_back({config.begin(), config.end()});
      }
      herder_.post([done, raw = std::move(raw)] { done(raw); });
    });
  });
}

void WorkerWork::start_task(TaskStart start, Done done) {
  versions_[start.id.connector] = version_of(start.connector);
  loop_.post([this, start = std::move(start), done = on_herder(std::move(done))] {
    start_on_loop(start);
    done({});
  });
}

void WorkerWork::start_on_loop(const TaskStart& start) {
  const tasks::TaskId id = task_id(start.id);
  const auto former = worker_->static_member(id);
  worker_->start_task(id, without_nulls(start.connector), without_nulls(start.task), start.target,
                      preflight_of(start));
  // It was to come back to its place, but the connector's configuration has sent it elsewhere.
  if (former && former != worker_->static_member(id)) leave({*former}, [] {});
}

tasks::Preflight WorkerWork::preflight_of(const TaskStart& start) {
  tasks::Preflight preflight;
  preflight.fence_predecessors = [this, id = start.id](const StopSignal& stop) {
    return ask_herder(herder_, stop, [this, id](WorkEvents::Done done) {
      events_->fence_predecessors(id, std::move(done));
    });
  };
  preflight.confirm_start = [this, id = start.id,
                             generation = start.task_generation](const StopSignal& stop) {
    return ask_herder(herder_, stop, [this, id, generation](WorkEvents::Done done) {
      events_->confirm_start(id, generation, std::move(done));
    });
  };
  return preflight;
}

void WorkerWork::stop_tasks(std::vector<TaskName> names, Farewell farewell, Stopped done) {
  loop_.post([this, names = std::move(names), farewell, done = on_herder(std::move(done))] {
    std::vector<tasks::TaskId> ids;
    for (const TaskName& name : names) ids.push_back(task_id(name));
    std::vector<tasks::StaticMember> members;
    if (farewell != Farewell::kStay) members = take_static_members(ids);
    if (farewell == Farewell::kCut) members.clear();
    worker_->stop_tasks(ids, farewell == Farewell::kCut,
                        [this, members = std::move(members), done] { leave(members, done); });
  });
}

void WorkerWork::leave_groups(std::vector<TaskName> names) {
  loop_.post([this, names = std::move(names)] {
    std::vector<tasks::TaskId> ids;
    for (const TaskName& name : names) ids.push_back(task_id(name));
    leave(take_static_members(ids), [] {});
  });
}

void WorkerWork::set_task_target(const TaskName& task, store::TargetState target) {
  loop_.post([this, task, target] { worker_->set_task_target(task_id(task), target); });
}

std::vector<tasks::StaticMember> WorkerWork::take_static_members(const std::vector<tasks::TaskId>& tasks) {
  std::vector<tasks::StaticMember> members;
  for (const tasks::TaskId& task : tasks) {
    if (auto member = worker_->static_member(task)) members.push_back(std::move(*member));
    worker_->forget_static_member(task);
  }
  return members;
}

void WorkerWork::leave(std::vector<tasks::StaticMember> members, Stopped done) {
  if (members.empty()) return done();
  errands_.run([members = std::move(members), done = std::move(done)] {
    leave_now(members);
    done();
  });
}

void WorkerWork::connector_changed(const std::string& connector, tasks::State state,
                                   const std::string& trace) {
  log::info("Connector {} is {}", connector, tasks::state_name(state));
  herder_.post([this, connector, state, trace] {
    events_->connector_reported(connector, {state, trace, versions_[connector]});
  });
}

void WorkerWork::task_changed(const tasks::TaskId& task, tasks::State state, const std::string& trace) {
  log::info("Task {} is {}", task.text(), tasks::state_name(state));
  herder_.post([this, task, state, trace] {
    events_->task_reported({task.connector, task.task}, {state, trace, versions_[task.connector]});
  });
}

void WorkerWork::topic_used(const tasks::TaskId& task, const std::string& topic) {
  herder_.post([this, task, topic] { events_->topic_used({task.connector, task.task}, topic); });
}

}  // namespace sluice::cluster
