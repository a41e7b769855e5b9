#include "tasks/task_runner.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"

namespace sluice::tasks {
namespace {

constexpr std::chrono::seconds kTellTopicAgain{5};

}  // namespace

TaskRunner::TaskRunner(TaskId id, TargetState target, StatusListener& listener)
    : id_(std::move(id)), listener_(listener), target_(target) {}

TaskRunner::~TaskRunner() {
  if (thread_.joinable()) thread_.join();
}

void TaskRunner::start() {
  thread_ = std::thread([this] { run(); });
}

void TaskRunner::request_stop() {
  stop_.request_stop();
  changed_.notify_all();
  wake();
}

bool TaskRunner::await_stopped(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [this] { return done_ || !thread_.joinable(); });
}

void TaskRunner::on_ended(std::function<void()> ended) {
  {
    std::lock_guard lock(mutex_);
    if (!done_ && thread_.joinable()) {
      ended_ = std::move(ended);
      return;
    }
  }
  ended();
}

void TaskRunner::cancel() {
  {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
  }
  request_stop();
}

void TaskRunner::set_target(TargetState target) {
  {
    std::lock_guard lock(mutex_);
    target_ = target;
  }
  if (target == TargetState::kStopped) stop_.request_stop();
  changed_.notify_all();
  wake();
}

Status TaskRunner::may_start() const {
  return await_lease() ? Status() : closed("The task was stopped before it had started");
}

bool TaskRunner::is_cancelled() const {
  std::lock_guard lock(mutex_);
  return cancelled_;
}

TargetState TaskRunner::target() const {
  std::lock_guard lock(mutex_);
  return target_;
}

void TaskRunner::wait_while_paused(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, at_most,
                    [this] { return target_ != TargetState::kPaused || stop_.stop_requested(); });
}

void TaskRunner::report(State state, const std::string& trace) {
  if (is_cancelled()) return;
  listener_.task_changed(id_, state, trace);
}

bool TaskRunner::was_just_told(std::string_view topic) const {
  const auto found = told_topics_.find(topic);
  return found != told_topics_.end() && std::chrono::steady_clock::now() - found->second < kTellTopicAgain;
}

void TaskRunner::note_topic(std::string_view topic) {
  if (was_just_told(topic) || is_cancelled()) return;
  const std::string name(topic);
  told_topics_[name] = std::chrono::steady_clock::now();
  listener_.topic_used(id_, name);
}

void TaskRunner::note_sent_topic(std::string_view topic) {
  if (!was_just_told(topic)) sent_topics_.emplace(topic);
}

void TaskRunner::note_arrival() {
  for (const std::string& topic : std::exchange(sent_topics_, {})) note_topic(topic);
}

void TaskRunner::run() {
  const log::ScopedContext context(fmt::format("{}|task-{}", id_.connector, id_.task));
  if (target() == TargetState::kPaused) report(State::kPaused);
  const Status status = is_stopping() ? Status() : execute();
  if (!status.ok() && is_stopping() && status.error().kind() != ErrorKind::kFenced) {
    log::warn("Task {} failed while it was stopping: {}", id_.text(), status.error().trace());
  }
  const bool is_fenced = !status.ok() && status.error().kind() == ErrorKind::kFenced;
  if (is_fenced)
    log::warn("Task {} stops: its work belongs to another owner now: {}", id_.text(),
              status.error().message());
  const bool has_failed = !status.ok() && !is_stopping() && !is_fenced;
  if (has_failed) {
    log::error(
        "Task {} threw an uncaught and unrecoverable exception. Task is being killed and will not recover "
        "until manually restarted: {}",
        id_.text(), status.error().trace());
  }
  close();
  if (has_failed) {
    report(State::kFailed, status.error().trace());
  } else {
    report(State::kUnassigned);
  }
  std::function<void()> ended;
  {
    std::lock_guard lock(mutex_);
    done_ = true;
    ended = std::move(ended_);
  }
  changed_.notify_all();
  if (ended) ended();
}

}  // namespace sluice::tasks
