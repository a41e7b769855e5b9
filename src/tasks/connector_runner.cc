#include "tasks/connector_runner.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"

namespace sluice::tasks {

ConnectorRunner::ConnectorRunner(Options options, std::unique_ptr<sdk::Connector> connector,
                                 StatusListener& listener)
    : options_(std::move(options)),
      connector_(std::move(connector)),
      listener_(listener),
      thread_([this] { run(); }) {}

ConnectorRunner::~ConnectorRunner() {
  if (!stop_asked_) stop([] {});
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ConnectorRunner::stop(std::function<void()> done) {
  stop_asked_ = true;
  post([this, done = std::move(done)] {
    stop_connector();
    report(State::kUnassigned);
    done();
  });
}

void ConnectorRunner::mute() {
  std::lock_guard lock(mutex_);
  muted_ = true;
}

void ConnectorRunner::post(std::function<void()> work) {
  {
    std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
  }
  changed_.notify_all();
}

void ConnectorRunner::run() {
  const log::ScopedContext context(options_.name + "|worker");
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !work_.empty(); });
    if (work_.empty()) return;
    const auto work = std::move(work_.front());
    work_.pop_front();
    lock.unlock();
    work();
    lock.lock();
  }
}

void ConnectorRunner::set_target(TargetState target, TransitionDone done) {
  post([this, target, done = std::move(done)] {
    const Status status = move_to(target);
    if (!status.ok()) {
      failed_ = true;
      log::error("Connector {} failed: {}", options_.name, status.error().trace());
      report(State::kFailed, status.error().trace());
    }
    if (done) done(status);
  });
}

Status ConnectorRunner::move_to(TargetState target) {
  if (target == TargetState::kStarted) {
    if (failed_) return failed("Cannot transition connector to STARTED since it has failed");
    if (!started_) SLUICE_RETURN_IF_ERROR(connector_->start(options_.properties, *this));
    started_ = true;
    report(State::kRunning);
    return {};
  }
  stop_connector();
  report(target == TargetState::kPaused ? State::kPaused : State::kStopped);
  return {};
}

void ConnectorRunner::stop_connector() {
  if (!std::exchange(started_, false)) return;
  if (const Status stopped = connector_->stop(); !stopped.ok()) {
    log::warn("Connector {} failed while it was stopping: {}", options_.name, stopped.error().trace());
  }
}

void ConnectorRunner::task_configs(int tasks_max, TaskConfigsDone done) {
  post([this, tasks_max, done = std::move(done)] {
    if (!started_) {
      done(closed("the connector is not running"));
      return;
    }
    auto configs = connector_->task_configs(tasks_max);
    if (!configs.ok() && configs.error().kind() != ErrorKind::kRetry) {
      failed_ = true;
      log::error("Connector {} could not configure its tasks: {}", options_.name, configs.error().trace());
      report(State::kFailed, configs.error().trace());
    }
    done(std::move(configs));
  });
}

void ConnectorRunner::report(State state, const std::string& trace) {
  {
    std::lock_guard lock(mutex_);
    if (muted_) return;
  }
  listener_.connector_changed(options_.name, state, trace);
}

void ConnectorRunner::request_task_reconfiguration() { options_.request_reconfiguration(); }

void ConnectorRunner::raise_error(const Error& error) {
  post([this, error] {
    failed_ = true;
    log::error("Connector {} reports an error: {}", options_.name, error.trace());
    report(State::kFailed, error.trace());
  });
}

}  // namespace sluice::tasks
