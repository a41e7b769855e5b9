#pragma once
// For tests: whole workers on one virtual scheduler, with topics in memory, a fake group and fake work.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/testing/virtual_scheduler.h"
#include "cluster/connector_validation.h"
#include "cluster/distributed_herder.h"
#include "cluster/testing/fake_group.h"
#include "cluster/testing/fake_links.h"
#include "cluster/testing/fake_work.h"
#include "cluster/testing/pausable_scheduler.h"
#include "store/testing/memory_log.h"

namespace sluice::cluster {

class FakeCatalogue final : public ConnectorCatalogue {
 public:
  ConnectorType type_of(const std::string& class_name) const override {
    if (class_name == "Source") return ConnectorType::kSource;
    return class_name == "Sink" ? ConnectorType::kSink : ConnectorType::kUnknown;
  }
  std::vector<std::string> class_names() const override { return classes; }
  void validate(RawConfig config, Callback<ConfigChecks> done) override {
    ConfigChecks checks;
    checks.error_count = config.contains("wrong") ? 1 : 0;
    if (config.contains("wrong")) {
      ConfigCheck check;
      check.value.errors.push_back("wrong is wrong");
      checks.configs.push_back(std::move(check));
    }
    done(std::move(checks));
  }
  std::vector<std::string> classes{"Source", "Sink"};
};

class FakeAdmin final : public ConnectorAdmin {
 public:
  void offsets(const std::string&, const RawConfig&, Callback<std::vector<OffsetEntry>> done) override {
    done(std::vector<OffsetEntry>{{"{}", "{}"}});
  }
  void alter_offsets(const std::string& connector, const RawConfig&, std::vector<OffsetEntry>,
                     Callback<std::string> done) override {
    calls.push_back("alter " + connector);
    done(std::string("altered"));
  }
  void reset_offsets(const std::string& connector, const RawConfig&, Callback<std::string> done) override {
    calls.push_back("reset " + connector);
    done(std::string("reset"));
  }
  void fence_tasks(const std::string& connector, const RawConfig&, int32_t count,
                   Callback<Nothing> done) override {
    calls.push_back("fence " + connector + " " + std::to_string(count));
    done(Nothing{});
  }
  void dead_letters(const std::string&, const RawConfig&, DeadLetterQuery,
                    Callback<DeadLetterPage> done) override {
    done(DeadLetterPage{});
  }
  void replay(const std::string&, const RawConfig&, ReplayRequest, Callback<ReplayOutcome> done) override {
    done(ReplayOutcome{});
  }
  void signal(const std::string&, const RawConfig&, std::string signal, Callback<std::string> done) override {
    done(std::move(signal));
  }
  std::vector<std::string> calls;
};

struct TestWorker;

class TestCluster {
 public:
  TestCluster() = default;

  /// Starts a worker; `change` may adapt its options.
  TestWorker& add(const std::string& name, const std::function<void(HerderOptions&)>& change = {});
  /// kill -9: the group hears of it only from somebody else.
  void kill(const std::string& name);
  /// SIGSTOP and SIGCONT.
  void pause(const std::string& name);
  void resume(const std::string& name);
  TestWorker& worker(const std::string& name) { return *workers_.at(name); }
  TestWorker& leader();

  void settle(std::chrono::milliseconds time = std::chrono::milliseconds(2'000)) { time_.advance(time); }
  /// Waits for the answer.
  template <typename T>
  Answer<T> ask(const std::function<void(Callback<T>)>& call) {
    auto answer = std::make_shared<std::optional<Answer<T>>>();
    call([answer](Answer<T> given) { *answer = std::move(given); });
    time_.run_until([&] { return answer->has_value(); }, std::chrono::minutes(2));
    return answer->value_or(RequestError{RequestProblem::kInternal, "no answer", {}, {}});
  }
  Answer<PutOutcome> put(TestWorker& at, const std::string& connector, int tasks,
                         std::optional<InitialState> state = {}, bool replace = false);

  testing::VirtualScheduler time_;
  store::testing::MemoryTopic config_topic_;
  store::testing::MemoryTopic status_topic_{5};
  FakeGroup group_{time_, time_};
  FakeLinks links_{time_};
  FakeWorld world_;
  std::map<std::string, std::unique_ptr<TestWorker>> workers_;
};

/// Requests go straight to the other worker's herder.
class DirectPeers final : public Peers {
 public:
  DirectPeers(TestCluster& cluster, std::string url) : cluster_(cluster), url_(std::move(url)) {}
  ~DirectPeers() override { cluster_.links_.listen(url_, {}); }
  void request(PeerRequest request, std::chrono::milliseconds timeout,
               std::function<void(Result<PeerResponse>)> done) override;
  std::unique_ptr<PeerLink> connect(const std::string& url, const std::string& hello,
                                    const std::string& signature, LinkCallbacks callbacks) override {
    return cluster_.links_.connect(url_, url, hello, signature, std::move(callbacks));
  }
  void on_link(AcceptLink accept) override { cluster_.links_.listen(url_, std::move(accept)); }

 private:
  TestCluster& cluster_;
  const std::string url_;
};

struct TestWorker {
  TestWorker(TestCluster& cluster, const HerderOptions& options)
      : thread(cluster.time_),
        work(cluster.world_, thread),
        peers(cluster, options.url),
        config_log(cluster.config_topic_, thread,
                   [this](std::span<const kafka::LogRecord> records) { herder.consume_config(records); }),
        status_log(cluster.status_topic_, thread,
                   [this](std::span<const kafka::LogRecord> records) { herder.consume_statuses(records); }),
        url(options.url),
        herder(options,
               {thread, cluster.time_, system_random(), config_log, status_log, peers, work, catalogue, admin,
                [this, &cluster](kafka::protocol::GroupListener& listener) {
                  return cluster.group_.make_member(thread, listener);
                }},
               [this](const Error& error) { fatal = error.message(); }) {
    herder.start();
  }
  PausableScheduler thread;
  FakeWork work;
  DirectPeers peers;
  FakeCatalogue catalogue;
  FakeAdmin admin;
  store::testing::MemoryLog config_log;
  store::testing::MemoryLog status_log;
  std::string url;
  std::string fatal;
  DistributedHerder herder;
};

inline TestWorker& TestCluster::add(const std::string& name,
                                    const std::function<void(HerderOptions&)>& change) {
  HerderOptions options;
  options.group_id = "cluster";
  options.url = "http://" + name + ":8083/";
  options.worker_id = name + ":8083";
  options.incarnation = name + "-" + std::to_string(time_.steady_ms());
  options.config_topic = "configs";
  options.rebalance_delay_max = std::chrono::milliseconds(0);
  options.peers.enabled = false;
  if (change) change(options);
  auto& worker = workers_[name];
  worker = std::make_unique<TestWorker>(*this, options);
  return *worker;
}

inline void TestCluster::kill(const std::string& name) { workers_.erase(name); }

inline void TestCluster::pause(const std::string& name) {
  worker(name).thread.pause();
  links_.pause(worker(name).url);
}

inline void TestCluster::resume(const std::string& name) {
  links_.resume(worker(name).url);
  worker(name).thread.resume();
}

inline TestWorker& TestCluster::leader() {
  for (auto& [name, worker] : workers_) {
    const auto answer = ask<std::string>([&worker = worker](Callback<std::string> done) {
      worker->herder.reset_offsets("no such connector", std::move(done));
    });
    const auto* error = std::get_if<RequestError>(&answer);
    if (error == nullptr || error->problem != RequestProblem::kForward) return *worker;
  }
  return *workers_.begin()->second;
}

inline Answer<PutOutcome> TestCluster::put(TestWorker& at, const std::string& connector, int tasks,
                                           std::optional<InitialState> state, bool replace) {
  return ask<PutOutcome>([&](Callback<PutOutcome> done) {
    at.herder.put_connector(
        {connector,
         {{"connector.class", "Source"}, {"name", connector}, {"tasks", std::to_string(tasks)}},
         state,
         replace},
        std::move(done));
  });
}

inline void DirectPeers::request(PeerRequest request, std::chrono::milliseconds,
                                 std::function<void(Result<PeerResponse>)> done) {
  const auto answered = [done](const Answer<Nothing>& answer) {
    const auto* error = std::get_if<RequestError>(&answer);
    done(error == nullptr ? PeerResponse{204, {}} : PeerResponse{409, error->message});
  };
  for (auto& [name, worker] : cluster_.workers_) {
    if (!request.url.starts_with(worker->url)) continue;
    const InternalRequest internal{request.algorithm, request.signature, request.body};
    const std::string path = request.url.substr(worker->url.size() + std::string("connectors/").size());
    const std::string connector = path.substr(0, path.find('/'));
    if (request.method == "PUT") return worker->herder.fence_zombies(connector, internal, answered);
    size_t count = 0;
    for (size_t at = request.body.find("\"task\""); at != std::string::npos;
         at = request.body.find("\"task\"", at + 1)) {
      ++count;
    }
    std::vector<RawConfig> configs(count);
    for (size_t i = 0; i < count; ++i) configs[i] = {{"task", std::to_string(i)}};
    return worker->herder.put_task_configs(connector, configs, internal, answered);
  }
  done(retriable("Connection refused"));
}

}  // namespace sluice::cluster
