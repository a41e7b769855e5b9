#pragma once
// One connector instance on its own thread (org.apache.kafka.connect.runtime.WorkerConnector): a slow start
// or stop of one connector holds up nobody else.

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "sdk/connector.h"
#include "tasks/status.h"

namespace sluice::tasks {

class ConnectorRunner final : private sdk::ConnectorContext {
 public:
  using TaskConfigs = Result<std::vector<sdk::Properties>>;
  /// Called on the connector's thread.
  using TransitionDone = std::function<void(const Status&)>;
  using TaskConfigsDone = std::function<void(TaskConfigs)>;

  struct Options {
    std::string name;
    sdk::Properties properties;
    std::function<void()> request_reconfiguration;  // any thread
  };
  ConnectorRunner(Options options, std::unique_ptr<sdk::Connector> connector, StatusListener& listener);
  /// Stops the connector; waits for it.
  ~ConnectorRunner() override;

  /// Stops the connector without waiting: `done`, on its thread, comes last. Only the destructor may follow.
  void stop(std::function<void()> done);
  /// It may finish on its own, but reports nothing any more.
  void mute();

  const sdk::Properties& properties() const { return options_.properties; }
  /// Moves to the state; `done` may be empty.
  void set_target(TargetState target, TransitionDone done);
  /// Asks the running connector for its task configurations.
  void task_configs(int tasks_max, TaskConfigsDone done);

 private:
  void post(std::function<void()> work);
  void run();
  Status move_to(TargetState target);
  void stop_connector();
  void report(State state, const std::string& trace = {});

  void request_task_reconfiguration() override;
  void raise_error(const Error& error) override;

  const Options options_;
  std::unique_ptr<sdk::Connector> connector_;
  StatusListener& listener_;

  // Connector thread only.
  bool started_ = false;
  bool failed_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> work_;
  bool ending_ = false;
  bool stop_asked_ = false;
  bool muted_ = false;
  std::thread thread_;
};

}  // namespace sluice::tasks
