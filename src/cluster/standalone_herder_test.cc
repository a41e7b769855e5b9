#include "cluster/standalone_herder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

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
    source.connector = [] { return std::make_unique<ScriptedSource>(); };
    plugins_.add(source);
    const sdk::Properties worker{
        {"key.converter", "K"}, {"value.converter", "V"}, {"offset.storage.file.filename", "unused"}};
    auto config = tasks::standalone_worker_config().parse(worker);
    ASSERT_TRUE(config.ok()) << config.error().message();
    herder_ = std::make_unique<StandaloneHerder>(tasks::WorkerOptions{worker, *config, ""}, plugins_,
                                                 offsets_, system_clock());
  }
  static bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return true;
  }
  Status create(sdk::Properties extra = {}, tasks::TargetState target = tasks::TargetState::kStarted) {
    extra.try_emplace("name", "c");
    extra.try_emplace("connector.class", "ScriptedSource");
    return herder_->create_connector(extra, target);
  }

  plugins::Plugins plugins_;
  NoOffsets offsets_;
  std::unique_ptr<StandaloneHerder> herder_;
};

TEST_F(StandaloneHerderTest, StartsAConnectorAndStopsItAtItsEnd) {
  ASSERT_TRUE(create().ok());
  EXPECT_EQ(herder_->status().connector("c")->state, tasks::State::kRunning);
  herder_.reset();
  EXPECT_EQ(ScriptedSource::started, 1);
  EXPECT_EQ(ScriptedSource::stopped, 1);
}

TEST_F(StandaloneHerderTest, ASecondConnectorOfTheNameIsRefused) {
  ASSERT_TRUE(create().ok());
  const Status second = create();
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().message(), "Connector c already exists");
}

TEST_F(StandaloneHerderTest, AWrongConfigurationNamesEveryError) {
  const Status wrong = create({{"tasks.max", "none"}, {"fail", "perhaps"}});
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().message().find("tasks.max"), std::string::npos) << wrong.error().message();
  EXPECT_NE(wrong.error().message().find("perhaps"), std::string::npos) << wrong.error().message();
  EXPECT_EQ(ScriptedSource::started, 0);
}

TEST_F(StandaloneHerderTest, AFailedStartIsTold) {
  const Status status = create({{"fail", "true"}});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(herder_->status().connector("c")->state, tasks::State::kFailed);
}

TEST_F(StandaloneHerderTest, TaskConfigurationsAreAskedForUntilTheyCome) {
  ScriptedSource::busy = 2;
  ASSERT_TRUE(create().ok());
  EXPECT_EQ(ScriptedSource::asked, 3);
}

TEST_F(StandaloneHerderTest, AConnectorMayAskForNewTasks) {
  ASSERT_TRUE(create().ok());
  ScriptedSource::context.load()->request_task_reconfiguration();
  EXPECT_TRUE(eventually([] { return ScriptedSource::asked == 2; }));
}

TEST_F(StandaloneHerderTest, AConnectorMayBeginPausedOrStopped) {
  ASSERT_TRUE(create({}, tasks::TargetState::kPaused).ok());
  EXPECT_EQ(herder_->status().connector("c")->state, tasks::State::kPaused);
  ASSERT_TRUE(create({{"name", "d"}}, tasks::TargetState::kStopped).ok());
  EXPECT_EQ(herder_->status().connector("d")->state, tasks::State::kStopped);
  EXPECT_EQ(ScriptedSource::started, 0);
}

}  // namespace
}  // namespace sluice::cluster
