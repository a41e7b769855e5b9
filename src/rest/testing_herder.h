#pragma once
// For tests: a herder that answers at once with what a test has set, and notes what it was asked.

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "cluster/herder.h"

namespace sluice::rest {

class FakeHerder : public cluster::Herder {
 public:
  /// Set: every request about connectors is answered with it.
  std::optional<cluster::RequestError> error;
  bool silent = false;  // never answers
  bool ready = true;
  std::string now;  // stage()

  std::vector<std::string> asked() const {
    std::lock_guard lock(mutex_);
    return asked_;
  }

  void ping(cluster::Callback<cluster::Nothing> done) override {
    if (!silent) done(cluster::Nothing{});
  }
  bool is_ready() const override { return ready; }
  const std::string& kafka_cluster_id() const override { return id_; }
  std::string stage() const override { return now; }

  void connectors(cluster::Callback<std::vector<std::string>> done) override {
    answer("connectors", done, std::vector<std::string>{"a", "b/c"});
  }
  void connector(const std::string& name, cluster::Callback<cluster::ConnectorInfo> done) override {
    answer("connector " + name, done, info(name));
  }
  void tasks(const std::string& name, cluster::Callback<std::vector<cluster::TaskInfo>> done) override {
    answer("tasks " + name, done, std::vector<cluster::TaskInfo>{{{name, 0}, {{"file", "x"}}}});
  }
  void status(const std::string& name, cluster::Callback<cluster::ConnectorStatus> done) override {
    answer("status " + name, done, state(name));
  }
  void task_status(const cluster::TaskName& task, cluster::Callback<cluster::TaskState> done) override {
    answer("task_status " + task.text(), done, cluster::TaskState{{"RUNNING", "w:1", "1", ""}, task.task});
  }
  void put_connector(cluster::PutConnector request, cluster::Callback<cluster::PutOutcome> done) override {
    std::string what = request.allow_replace ? "replace " : "create ";
    what += request.name;
    for (const auto& [key, value] : request.config) what += " " + key + "=" + value.value_or("null");
    if (request.initial_state) what += " state " + std::to_string(static_cast<int>(*request.initial_state));
    answer(what, done,
           cluster::PutOutcome{true, {request.name, request.config, {}, cluster::ConnectorType::kSource}});
  }
  void patch_connector(const std::string& name, cluster::RawConfig patch,
                       cluster::Callback<cluster::PutOutcome> done) override {
    answer("patch " + name, done, cluster::PutOutcome{false, {name, std::move(patch), {}, {}}});
  }
  void delete_connector(const std::string& name, cluster::Callback<cluster::Nothing> done) override {
    answer("delete " + name, done, cluster::Nothing{});
  }
  void pause(const std::string& name, cluster::Callback<cluster::Nothing> done) override {
    answer("pause " + name, done, cluster::Nothing{});
  }
  void resume(const std::string& name, cluster::Callback<cluster::Nothing> done) override {
    answer("resume " + name, done, cluster::Nothing{});
  }
  void stop(const std::string& name, cluster::Callback<cluster::Nothing> done) override {
    answer("stop " + name, done, cluster::Nothing{});
  }
  void restart_connector(const std::string& name, cluster::Callback<cluster::Nothing> done) override {
    answer("restart " + name, done, cluster::Nothing{});
  }
  void restart(const cluster::RestartOptions& options,
               cluster::Callback<cluster::ConnectorStatus> plan) override {
    answer("restart " + options.connector + (options.only_failed ? " failed" : "") +
               (options.include_tasks ? " tasks" : ""),
           plan, state(options.connector));
  }
  void restart_task(const cluster::TaskName& task, cluster::Callback<cluster::Nothing> done) override {
    answer("restart_task " + task.text(), done, cluster::Nothing{});
  }
  void active_topics(const std::string& name, cluster::Callback<std::set<std::string>> done) override {
    answer("topics " + name, done, std::set<std::string>{"t"});
  }
  void reset_active_topics(const std::string& name, cluster::Callback<cluster::Nothing> done) override {
    answer("reset_topics " + name, done, cluster::Nothing{});
  }
  void offsets(const std::string& name, cluster::Callback<std::vector<cluster::OffsetEntry>> done) override {
    answer("offsets " + name, done,
           std::vector<cluster::OffsetEntry>{{"{\"f\":1}", "{\"p\":2}"}, {"{\"g\":1}", {}}});
  }
  void alter_offsets(const std::string& name, std::vector<cluster::OffsetEntry> offsets,
                     cluster::Callback<std::string> done) override {
    std::string what = "alter " + name;
    for (const auto& entry : offsets) what += " " + entry.partition + "->" + entry.offset.value_or("null");
    answer(what, done, std::string("altered"));
  }
  void reset_offsets(const std::string& name, cluster::Callback<std::string> done) override {
    answer("reset " + name, done, std::string("reset"));
  }
  void dead_letters(const std::string& name, cluster::DeadLetterQuery query,
                    cluster::Callback<cluster::DeadLetterPage> done) override {
    std::string what = "dead_letters " + name + " limit " + std::to_string(query.limit);
    for (const auto& [partition, offset] : query.from) {
      what += " " + std::to_string(partition) + ":" + std::to_string(offset);
    }
    cluster::DeadLetter letter;
    letter.topic = "t";
    letter.value = "v";
    letter.value_json = "{\"a\":1}";
    letter.headers = {{"h", "\xff"}};
    cluster::DeadLetterPage page;
    page.topic = "dlq";
    page.letters.push_back(letter);
    page.next[0] = 1;
    answer(what + (query.with_replayed ? " all" : ""), done, page);
  }
  void replay(const std::string& name, cluster::ReplayRequest request,
              cluster::Callback<cluster::ReplayOutcome> done) override {
    std::string what = "replay " + name + " to '" + request.topic + "'";
    for (const auto& letter : request.letters) {
      what += " " + std::to_string(letter.partition) + ":" + std::to_string(letter.offset);
      if (letter.value) what += "=" + letter.value->value_or("null");
    }
    answer(what, done, cluster::ReplayOutcome{2, 1, true});
  }
  void signal(const std::string& name, std::string signal, cluster::Callback<std::string> done) override {
    answer("signal " + name + " " + signal, done, std::string("told"));
  }
  void validate(cluster::RawConfig, cluster::Callback<cluster::ConfigChecks> done) override {
    cluster::ConfigChecks checks;
    checks.name = "X";
    answer("validate", done, checks);
  }
  void set_cluster_log_level(const std::string& logger, const std::string& level,
                             cluster::Callback<cluster::Nothing> done) override {
    answer("log " + logger + " " + level, done, cluster::Nothing{});
  }
  void put_task_configs(const std::string& name, std::vector<cluster::RawConfig> configs,
                        cluster::InternalRequest request, cluster::Callback<cluster::Nothing> done) override {
    answer("put_tasks " + name + " " + std::to_string(configs.size()) + " " +
               request.signature.value_or("none") + " " + request.body,
           done, cluster::Nothing{});
  }
  void fence_zombies(const std::string& name, cluster::InternalRequest,
                     cluster::Callback<cluster::Nothing> done) override {
    answer("fence " + name, done, cluster::Nothing{});
  }

 private:
  template <typename T>
  void answer(const std::string& what, const cluster::Callback<T>& done, T value) {
    {
      std::lock_guard lock(mutex_);
      asked_.push_back(what);
    }
    if (silent) return;
    if (error) return done(*error);
    done(std::move(value));
  }
  static cluster::ConnectorInfo info(const std::string& name) {
    return {name, {{"k", "v"}, {"n", std::nullopt}}, {{name, 0}}, cluster::ConnectorType::kSink};
  }
  static cluster::ConnectorStatus state(const std::string& name) {
    return {name,
            {"RUNNING", "w:1", "1", ""},
            {{{"FAILED", "w:1", std::nullopt, "why\n"}, 0}},
            cluster::ConnectorType::kSink};
  }

  const std::string id_ = "cluster-id";
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
};

}  // namespace sluice::rest
