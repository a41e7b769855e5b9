#include "cluster/standalone_herder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <thread>

#include "cluster/event_loop.h"
#include "cluster/kafka_connector_admin.h"
#include "cluster/plugin_connectors.h"
#include "cluster/worker_work.h"
#include "tasks/worker_config.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;

/// Counts in place of work: as many tasks as "tasks.wanted" says; asks for new task configurations when told.
class ScriptedSource final : public sdk::SourceConnector {
 public:
  static inline std::atomic<int> started = 0;
  static inline std::atomic<int> stopped = 0;
  static inline std::atomic<int> asked = 0;
  static inline std::atomic<int> busy = 0;
  static inline std::atomic<sdk::ConnectorContext*> context = nullptr;

  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef def = [] {
      sdk::ConfigDef result;
      sdk::ConfigKey key;
      key.name = "fail";
      key.type = sdk::ConfigType::kBoolean;
      key.default_value = "false";
      result.define(key);
      return result;
    }();
    return def;
  }
  Status start(const sdk::Properties& properties, sdk::ConnectorContext& given) override {
    const std::string* fail = sdk::find(properties, "fail");
    if (fail != nullptr && *fail == "true") return failed("told to fail");
    context = &given;
    ++started;
    return {};
  }
  Result<std::vector<sdk::Properties>> task_configs(int) override {
    ++asked;
    if (busy > 0) {
      --busy;
      return retriable("not ready");
    }
    return std::vector<sdk::Properties>();
  }
  Status stop() override {
    ++stopped;
    return {};
  }
};

class NoOffsets final : public store::OffsetStore {
 public:
  Result<std::optional<std::string>> get(const std::string&) override { return std::optional<std::string>(); }
  Status set(const store::OffsetEntries&, milliseconds) override { return {}; }
};

class StandaloneHerderTest : public testing::Test {
 protected:
  void SetUp() override {
    ScriptedSource::started = ScriptedSource::stopped = ScriptedSource::asked = ScriptedSource::busy = 0;
    sdk::SourcePlugin source;
    source.class_names = {"x.ScriptedSourceConnector"};
    source.version = "1";
    source.connector = [] { return std::make_unique<ScriptedSource>(); };
    plugins_.add(source);
    auto config = tasks::standalone_worker_config().parse(worker_);
    ASSERT_TRUE(config.ok()) << config.error().message();
    tasks::WorkerOptions options;
    options.properties = worker_;
    options.config = *config;
    catalogue_ = std::make_unique<PluginConnectors>(
        PluginConnectors::Parts{plugins_, worker_, {}, false, transformer_, errands_, loop_});
    admin_ = std::make_unique<KafkaConnectorAdmin>(
        KafkaConnectorAdmin::Parts{plugins_, worker_, {}, false, transformer_, offsets_, errands_, loop_});
    work_ = std::make_unique<WorkerWork>(
        WorkerWork::Parts{options, plugins_, offsets_, system_clock(), loop_, errands_});
    herder_ = std::make_unique<StandaloneHerder>(
        StandaloneOptions{"here:8083"}, StandaloneHerder::Parts{loop_, *work_, *catalogue_, *admin_});
  }
  void TearDown() override {
    loop_.stop();
    herder_.reset();
    work_.reset();
  }

  /// The answer to one request.
  template <typename T, typename Ask>
  Answer<T> ask(const Ask& request) {
    std::promise<Answer<T>> answer;
    request([&answer](Answer<T> given) { answer.set_value(std::move(given)); });
    return answer.get_future().get();
  }
  Answer<PutOutcome> create(RawConfig extra = {}, std::optional<InitialState> state = {}) {
    extra.try_emplace("name", "c");
    extra.try_emplace("connector.class", "ScriptedSource");
    PutConnector request{*extra.at("name"), extra, state, false};
    return ask<PutOutcome>([&](auto done) { herder_->put_connector(request, done); });
  }
  std::string state(const std::string& connector) {
    const auto status = ask<ConnectorStatus>([&](auto done) { herder_->status(connector, done); });
    const auto* found = std::get_if<ConnectorStatus>(&status);
    return found == nullptr ? std::get<RequestError>(status).message : found->connector.state;
  }
  bool reaches(const std::string& connector, const std::string& wanted) {
    return eventually([&] { return state(connector) == wanted; });
  }
  static bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return true;
  }
  template <typename T>
  static std::string message(const Answer<T>& answer) {
    const auto* error = std::get_if<RequestError>(&answer);
    return error == nullptr ? "no error" : error->message;
  }
  template <typename T>
  static bool is_ok(const Answer<T>& answer) {
    return std::holds_alternative<T>(answer);
  }

  const sdk::Properties worker_{
      {"key.converter", "K"}, {"value.converter", "V"}, {"offset.storage.file.filename", "unused"}};
  plugins::Plugins plugins_;
  const tasks::ConfigTransformer transformer_;
  NoOffsets offsets_;
  EventLoop loop_;
  Errands errands_{2};
  std::unique_ptr<PluginConnectors> catalogue_;
  std::unique_ptr<KafkaConnectorAdmin> admin_;
  std::unique_ptr<WorkerWork> work_;
  std::unique_ptr<StandaloneHerder> herder_;
};

TEST_F(StandaloneHerderTest, StartsAConnectorAndStopsItAtItsEnd) {
  const auto created = create();
  ASSERT_TRUE(is_ok(created)) << message(created);
  EXPECT_TRUE(std::get<PutOutcome>(created).created);
  EXPECT_EQ(std::get<PutOutcome>(created).info.type, ConnectorType::kSource);
  EXPECT_TRUE(reaches("c", "RUNNING"));
  TearDown();
  EXPECT_EQ(ScriptedSource::started, 1);
  EXPECT_EQ(ScriptedSource::stopped, 1);
}

TEST_F(StandaloneHerderTest, ASecondConnectorOfTheNameIsRefused) {
  ASSERT_TRUE(is_ok(create()));
  EXPECT_EQ(message(create()), "Connector c already exists");
}

TEST_F(StandaloneHerderTest, AWrongConfigurationNamesEveryError) {
  const std::string text = message(create({{"tasks.max", "none"}, {"fail", "perhaps"}}));
  EXPECT_NE(text.find("tasks.max"), std::string::npos) << text;
  EXPECT_NE(text.find("perhaps"), std::string::npos) << text;
  EXPECT_EQ(ScriptedSource::started, 0);
}

TEST_F(StandaloneHerderTest, AFailedStartIsToldAndTheConnectorStays) {
  EXPECT_EQ(message(create({{"fail", "true"}})), "told to fail");
  EXPECT_TRUE(reaches("c", "FAILED"));
  RawConfig good{{"name", "c"}, {"connector.class", "ScriptedSource"}};
  const auto replaced = ask<PutOutcome>([&](auto done) {
    herder_->put_connector(PutConnector{"c", good, {}, true}, done);
  });
  ASSERT_TRUE(is_ok(replaced)) << message(replaced);
  EXPECT_FALSE(std::get<PutOutcome>(replaced).created);
  EXPECT_TRUE(reaches("c", "RUNNING"));
}

TEST_F(StandaloneHerderTest, TaskConfigurationsAreAskedForUntilTheyCome) {
  ScriptedSource::busy = 2;
  ASSERT_TRUE(is_ok(create()));
  EXPECT_EQ(ScriptedSource::asked, 3);
}

TEST_F(StandaloneHerderTest, AConnectorMayAskForNewTasks) {
  ASSERT_TRUE(is_ok(create()));
  ScriptedSource::context.load()->request_task_reconfiguration();
  EXPECT_TRUE(eventually([] { return ScriptedSource::asked == 2; }));
}

TEST_F(StandaloneHerderTest, AConnectorMayBeginPausedOrStopped) {
  ASSERT_TRUE(is_ok(create({}, InitialState::kPaused)));
  EXPECT_TRUE(reaches("c", "PAUSED"));
  ASSERT_TRUE(is_ok(create({{"name", "d"}}, InitialState::kStopped)));
  EXPECT_TRUE(reaches("d", "STOPPED"));
  EXPECT_EQ(ScriptedSource::started, 0);
}

TEST_F(StandaloneHerderTest, PauseStopAndResume) {
  ASSERT_TRUE(is_ok(create()));
  EXPECT_TRUE(is_ok(ask<Nothing>([&](auto done) { herder_->pause("c", done); })));
  EXPECT_TRUE(reaches("c", "PAUSED"));
  EXPECT_TRUE(is_ok(ask<Nothing>([&](auto done) { herder_->stop("c", done); })));
  EXPECT_TRUE(reaches("c", "STOPPED"));
  EXPECT_TRUE(is_ok(ask<Nothing>([&](auto done) { herder_->resume("c", done); })));
  EXPECT_TRUE(reaches("c", "RUNNING"));
  EXPECT_EQ(message(ask<Nothing>([&](auto done) { herder_->pause("x", done); })), "Unknown connector x");
  EXPECT_EQ(message(ask<Nothing>([&](auto done) { herder_->stop("x", done); })),
            "No connector `x` configured");
}

TEST_F(StandaloneHerderTest, RestartsAnswerWithThePlan) {
  ASSERT_TRUE(is_ok(create()));
  ASSERT_TRUE(reaches("c", "RUNNING"));
  const auto plan = ask<ConnectorStatus>(
      [&](auto done) { herder_->restart({.connector = "c", .include_tasks = true}, done); });
  ASSERT_TRUE(is_ok(plan)) << message(plan);
  EXPECT_EQ(std::get<ConnectorStatus>(plan).connector.state, "RESTARTING");
  EXPECT_TRUE(eventually([] { return ScriptedSource::started == 2; }));
  EXPECT_TRUE(reaches("c", "RUNNING"));
  EXPECT_TRUE(is_ok(ask<Nothing>([&](auto done) { herder_->restart_connector("c", done); })));
  EXPECT_EQ(ScriptedSource::started, 3);
  EXPECT_EQ(message(ask<Nothing>([&](auto done) {
              herder_->restart_task({"c", 5}, done);
            })),
            "Task c-5 not found");
  EXPECT_EQ(message(ask<ConnectorStatus>(
                [&](auto done) { herder_->restart({.connector = "x", .only_failed = true}, done); })),
            "Unknown connector: x");
}

TEST_F(StandaloneHerderTest, ARemovedConnectorIsGone) {
  ASSERT_TRUE(is_ok(create()));
  EXPECT_TRUE(is_ok(ask<Nothing>([&](auto done) { herder_->delete_connector("c", done); })));
  EXPECT_EQ(state("c"), "No status found for connector c");
  EXPECT_EQ(message(ask<Nothing>([&](auto done) { herder_->delete_connector("c", done); })),
            "Connector c not found");
  EXPECT_TRUE(is_ok(create()));
}

TEST_F(StandaloneHerderTest, APatchChangesAndRemovesKeys) {
  ASSERT_TRUE(is_ok(create({{"fail", "false"}})));
  const RawConfig patch{{"fail", std::nullopt}, {"tasks.max", "3"}};
  const auto patched = ask<PutOutcome>([&](auto done) { herder_->patch_connector("c", patch, done); });
  ASSERT_TRUE(is_ok(patched)) << message(patched);
  const RawConfig& config = std::get<PutOutcome>(patched).info.config;
  EXPECT_EQ(config.at("tasks.max"), "3");
  EXPECT_FALSE(config.contains("fail"));
}

TEST_F(StandaloneHerderTest, OffsetsAreChangedOfStoppedConnectorsOnly) {
  ASSERT_TRUE(is_ok(create()));
  const auto reset = [&] {
    return message(ask<std::string>([&](auto done) { herder_->reset_offsets("c", done); }));
  };
  EXPECT_TRUE(reset().starts_with("Connectors must be in the STOPPED state")) << reset();
  ASSERT_TRUE(is_ok(ask<Nothing>([&](auto done) { herder_->stop("c", done); })));
  EXPECT_EQ(reset(), "no error");
}

}  // namespace
}  // namespace sluice::cluster
