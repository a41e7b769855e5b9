#pragma once
// What both kinds of task share: a thread, a target state, stop and cancel
// (org.apache.kafka.connect.runtime.WorkerTask). Made, started and stopped by the worker; run() happens on
// the task's own thread.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>

#include "base/result.h"
#include "base/stop_signal.h"
#include "tasks/lease.h"
#include "tasks/status.h"

namespace sluice::tasks {

class TaskRunner {
 public:
  TaskRunner(TaskId id, TargetState target, StatusListener& listener);
  /// Waits for the thread.
  virtual ~TaskRunner();
  TaskRunner(const TaskRunner&) = delete;
  TaskRunner& operator=(const TaskRunner&) = delete;

  const TaskId& id() const { return id_; }
  /// Before start(). Without one the task is never held up. `lease` outlives the task.
  void set_lease(const Lease* lease) { lease_ = lease; }
  void start();
  /// Asks the task to end; returns at once.
  void request_stop();
  /// False when the task still runs at the deadline.
  bool await_stopped(std::chrono::steady_clock::time_point deadline);
  /// `ended` is called once, at the very end of the task's thread, or at once if it has ended already.
  void on_ended(std::function<void()> ended);
  /// Gives the task up: it may finish on its own, but writes nothing any more, neither offsets nor a status.
  virtual void cancel();
  void set_target(TargetState target);

 protected:
  /// The task's whole life. An error is a failure unless the task was told to stop.
  virtual Status execute() = 0;
  /// Releases everything; always called, after execute().
  virtual void close() = 0;
  /// Called on another thread when the task shall notice a new target state or stop.
  virtual void wake() {}

  const StopSignal& stop() const { return stop_; }
  bool is_stopping() const { return stop_.stop_requested(); }
  bool is_cancelled() const;
  TargetState target() const;
  /// Waits while the target is PAUSED and no stop is requested, `at_most` long.
  void wait_while_paused(std::chrono::milliseconds at_most);
  void report(State state, const std::string& trace = {});
  /// Shows in the status what keeps records from being delivered; null: nothing any more.
  void report_trouble(const Error* cause) { report(State::kRunning, cause == nullptr ? "" : cause->trace()); }
  // Active topics; on the task's thread.
  /// Tells of the topic, but not again within seconds: users may reset what is known of active topics.
  void note_topic(std::string_view topic);
  /// The same for topics that messages have been sent to, once any has arrived.
  void note_sent_topic(std::string_view topic);
  void note_arrival();
  /// Whether this worker may still act for the group; see Lease.
  bool holds_lease() const { return lease_ == nullptr || lease_->holds(); }
  /// Waits until it may; false when the task is told to stop.
  bool await_lease() const { return lease_ == nullptr || lease_->await(stop_); }
  /// The same for a task that is about to start: its worker may have stood still since the task was given to
  /// it, and others may run it by now. kClosed when the task is told to stop.
  Status may_start() const;

 private:
  bool was_just_told(std::string_view topic) const;
  void run();

  const TaskId id_;
  StatusListener& listener_;
  const Lease* lease_ = nullptr;
  StopSignal stop_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  TargetState target_;
  std::map<std::string, std::chrono::steady_clock::time_point, std::less<>> told_topics_;
  std::set<std::string, std::less<>> sent_topics_;  // to be told of when something has arrived
  bool cancelled_ = false;
  bool done_ = false;
  std::function<void()> ended_;
  std::thread thread_;
};

}  // namespace sluice::tasks
