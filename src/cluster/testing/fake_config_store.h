#pragma once
// For tests: a configuration that the test sets; writes are noted and answered as the test wants.

#include <functional>
#include <string>
#include <vector>

#include "store/config_store.h"

namespace sluice::cluster {

class FakeConfigStore final : public store::ConfigStore {
 public:
  store::ConfigSnapshot snapshot;
  std::vector<std::string> calls;
  /// Of every call.
  std::function<Status(const std::string& call)> outcome = [](const std::string&) { return Status(); };

  const store::ConfigSnapshot& state() const override { return snapshot; }
  void consume(std::span<const kafka::LogRecord>) override {}
  void read_to_end(std::chrono::milliseconds, Done done) override { answer("read", done); }
  void claim(Done done) override { answer("claim", done); }
  void put_connector(const std::string& connector, const store::RawConfig&, std::optional<store::TargetState>,
                     Done done) override {
    answer("connector " + connector, done);
  }
  void remove_connector(const std::string& connector, Done done) override {
    answer("remove " + connector, done);
  }
  void put_tasks(const std::string& connector, const std::vector<store::RawConfig>& tasks,
                 Done done) override {
    answer("tasks " + connector + " " + std::to_string(tasks.size()), done);
  }
  void put_fenced_tasks(const std::string& connector, int32_t count, Done done) override {
    answer("fenced " + connector + " " + std::to_string(count), done);
  }
  void put_session_key(const store::SessionKey&, Done done) override { answer("key", done); }
  void put_restart(const store::RestartRequest& request, Done done) override {
    answer("restart " + request.connector, done);
  }
  void put_target(const std::string& connector, store::TargetState, Done done) override {
    answer("target " + connector, done);
  }
  void put_logger_level(const std::string& logger, const std::string& level, Done done) override {
    answer("level " + logger + " " + level, done);
  }

 private:
  void answer(const std::string& call, const Done& done) {
    calls.push_back(call);
    done(outcome(call));
  }
};

}  // namespace sluice::cluster
