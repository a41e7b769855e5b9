#include "tasks/topic_creation.h"

#include <gtest/gtest.h>

namespace sluice::tasks {
namespace {

const sdk::Properties kDefaults{{"topic.creation.default.partitions", "3"},
                                {"topic.creation.default.replication.factor", "-1"},
                                {"topic.creation.default.cleanup.policy", "compact"}};

TopicCreationGroups groups(sdk::Properties connector) {
  connector.insert(kDefaults.begin(), kDefaults.end());
  auto parsed = TopicCreationGroups::parse({}, connector);
  EXPECT_TRUE(parsed.ok()) << parsed.error().message();
  EXPECT_TRUE(parsed->has_value());
  return **std::move(parsed);
}

std::string error_of(sdk::Properties connector, bool with_defaults = true) {
  if (with_defaults) connector.insert(kDefaults.begin(), kDefaults.end());
  const auto parsed = TopicCreationGroups::parse({}, connector);
  return parsed.ok() ? "" : parsed.error().message();
}

TEST(TopicCreationTest, IsOffUnlessAskedFor) {
  EXPECT_FALSE(TopicCreationGroups::parse({}, {{"name", "c"}, {"topics", "t"}})->has_value());
  EXPECT_FALSE(TopicCreationGroups::parse({{"topic.creation.enable", "false"}}, kDefaults)->has_value());
  EXPECT_TRUE(TopicCreationGroups::parse({{"topic.creation.enable", "true"}}, kDefaults)->has_value());
}

TEST(TopicCreationTest, UsesTheDefaultGroup) {
  const auto choice = groups({}).choose("anything");
  ASSERT_TRUE(choice.ok());
  EXPECT_EQ(choice->group, "default");
  EXPECT_EQ(choice->topic.name, "anything");
  EXPECT_EQ(choice->topic.partitions, 3);
  EXPECT_EQ(choice->topic.replication_factor, -1);
  EXPECT_EQ(choice->topic.configs, (std::map<std::string, std::string>{{"cleanup.policy", "compact"}}));
}

TEST(TopicCreationTest, TheFirstGroupThatMatchesDecides) {
  const auto parsed = groups({{"topic.creation.groups", "default, logs ,b"},
                              {"topic.creation.logs.include", "log.*, audit"},
                              {"topic.creation.logs.exclude", "log-x.*"},
                              {"topic.creation.logs.partitions", "7"},
                              {"topic.creation.logs.retention.ms", "5"},
                              {"topic.creation.b.include", ".*"},
                              {"topic.creation.b.replication.factor", "2"}});
  const auto group = [&](const char* topic) { return parsed.choose(topic)->group; };
  EXPECT_EQ(group("log-1"), "logs");
  EXPECT_EQ(group("audit"), "logs");
  EXPECT_EQ(group("audit2"), "b") << "the whole name must match";
  EXPECT_EQ(group("log-x1"), "b") << "exclusion wins";
  const auto logs = parsed.choose("log-1");
  EXPECT_EQ(logs->topic.partitions, 7);
  EXPECT_EQ(logs->topic.replication_factor, -1);
  EXPECT_EQ(logs->topic.configs, (std::map<std::string, std::string>{{"retention.ms", "5"}}));
  EXPECT_EQ(parsed.choose("x")->topic.replication_factor, 2);
  EXPECT_EQ(parsed.choose("x")->topic.partitions, 3);
}

TEST(TopicCreationTest, SaysWhatIsWrong) {
  EXPECT_EQ(
      error_of({{"topic.creation.default.partitions", "1"}}, false),
      "Missing required configuration \"topic.creation.default.replication.factor\" which has no default "
      "value.");
  EXPECT_EQ(
      error_of({{"topic.creation.default.partitions", "0"}}),
      "Invalid value 0 for configuration topic.creation.default.partitions: Number of partitions must be "
      "positive, or -1 to use the broker's default");
  EXPECT_EQ(error_of({{"topic.creation.groups", "a"}}),
            "Missing required configuration \"topic.creation.a.include\" which has no default value.");
  EXPECT_NE(error_of({{"topic.creation.groups", "a"}, {"topic.creation.a.include", "x, (("}}), "");
  EXPECT_NE(error_of({{"topic.creation.default.partitions", "many"}}), "");
}

class FakeAdmin final : public kafka::Admin {
 public:
  struct State {
    std::set<std::string> topics;
    std::vector<kafka::NewTopic> made;
    std::optional<Error> error;
    int looks = 0;
  };
  explicit FakeAdmin(State& state) : state_(state) {}
  Result<kafka::CreateOutcome> create_topic(const kafka::NewTopic& topic,
                                            std::chrono::milliseconds) override {
    if (state_.error) return *state_.error;
    state_.made.push_back(topic);
    return kafka::CreateOutcome::kCreated;
  }
  Result<std::map<std::string, kafka::TopicDescription>> describe_topics(const std::set<std::string>& names,
                                                                         std::chrono::milliseconds) override {
    ++state_.looks;
    std::map<std::string, kafka::TopicDescription> found;
    for (const std::string& name : names) {
      if (state_.topics.contains(name)) found[name] = {name, 1};
    }
    return found;
  }
  Result<std::string> cluster_id(std::chrono::milliseconds) override { return no(); }
  Result<std::map<std::string, std::string>> topic_config(const std::string&,
                                                          std::chrono::milliseconds) override {
    return no();
  }
  Result<std::map<kafka::TopicPartition, int64_t>> end_offsets(const std::set<kafka::TopicPartition>&,
                                                               std::chrono::milliseconds) override {
    return no();
  }
  Result<std::map<kafka::TopicPartition, kafka::OffsetRange>> offset_ranges(
      const std::set<kafka::TopicPartition>&, std::chrono::milliseconds) override {
    return no();
  }
  Result<kafka::CommitOffsets> group_offsets(const std::string&, std::chrono::milliseconds) override {
    return no();
  }
  Status alter_group_offsets(const std::string&, const kafka::CommitOffsets&,
                             std::chrono::milliseconds) override {
    return no();
  }
  Status delete_group_offsets(const std::string&, const std::set<kafka::TopicPartition>&,
                              std::chrono::milliseconds) override {
    return no();
  }
  Status delete_group(const std::string&, std::chrono::milliseconds) override { return no(); }

 private:
  static Error no() { return unsupported("not asked for in these tests"); }
  State& state_;
};

class TopicCreatorTest : public ::testing::Test {
 protected:
  FakeAdmin::State state_;
  TopicCreator creator_{groups({}), [this]() -> Result<std::unique_ptr<kafka::Admin>> {
                          return std::unique_ptr<kafka::Admin>(std::make_unique<FakeAdmin>(state_));
                        }};
};

TEST_F(TopicCreatorTest, LooksOnceAndCreatesWhatIsMissing) {
  state_.topics = {"there"};
  ASSERT_TRUE(creator_.ensure("there").ok());
  EXPECT_TRUE(state_.made.empty());
  ASSERT_TRUE(creator_.ensure("new").ok());
  ASSERT_TRUE(creator_.ensure("new").ok());
  ASSERT_TRUE(creator_.ensure("there").ok());
  ASSERT_EQ(state_.made.size(), 1U);
  EXPECT_EQ(state_.made[0].name, "new");
  EXPECT_EQ(state_.looks, 2);
}

TEST_F(TopicCreatorTest, ARefusalFailsTheTaskASilenceDoesNot) {
  state_.error = failed("not allowed");
  const Status refused = creator_.ensure("new");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind(), ErrorKind::kFailed);
  EXPECT_EQ(
      refused.error().message(),
      "Task failed to create new topic new. Ensure that the task is authorized to create topics or that "
      "the topic exists and restart the task");
  state_.error = retriable("no answer");
  EXPECT_EQ(creator_.ensure("new").error().kind(), ErrorKind::kRetry);
  state_.error.reset();
  EXPECT_TRUE(creator_.ensure("new").ok());
}

}  // namespace
}  // namespace sluice::tasks
