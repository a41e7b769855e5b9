// What every kafka::Log does, whether in memory or on a broker: the simulator is worth only as much as the
// two are alike. The real one needs SLUICE_TEST_BROKER.

#include <gtest/gtest.h>

#include <chrono>

#include "base/testing/virtual_scheduler.h"
#include "kafka/internal_topics.h"
#include "store/testing/broker.h"
#include "store/testing/memory_log.h"
#include "store/testing/real_scheduler.h"

namespace sluice::store {
namespace {

using kafka::Log;
using kafka::LogEntry;
using kafka::LogRecord;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kPatience{30'000};

/// A shared topic, and time.
class World {
 public:
  virtual ~World() = default;
  virtual Scheduler& scheduler() = 0;
  virtual bool run_until(const std::function<bool()>& done) = 0;
  virtual void run_for(milliseconds time) = 0;
  virtual std::unique_ptr<Log> open(Log::RecordsCallback on_records) = 0;
  virtual std::string transactional_id() { return "id"; }
};

class MemoryWorld final : public World {
 public:
  explicit MemoryWorld(int32_t partitions) : topic_(partitions) {}
  Scheduler& scheduler() override { return scheduler_; }
  bool run_until(const std::function<bool()>& done) override { return scheduler_.run_until(done); }
  void run_for(milliseconds time) override { scheduler_.advance(time); }
  std::unique_ptr<Log> open(Log::RecordsCallback on_records) override {
    return std::make_unique<testing::MemoryLog>(topic_, scheduler_, std::move(on_records), milliseconds(2));
  }

 private:
  sluice::testing::VirtualScheduler scheduler_;
  testing::MemoryTopic topic_;
};

class BrokerWorld final : public World {
 public:
  explicit BrokerWorld(int32_t partitions) : worker_(testing::worker_properties(partitions)) {
    auto admin = kafka::make_shared_admin(worker_);
    EXPECT_TRUE(admin.ok());
    admin_ = *admin;
  }
  Scheduler& scheduler() override { return scheduler_; }
  bool run_until(const std::function<bool()>& done) override { return scheduler_.run_until(done); }
  void run_for(milliseconds time) override { scheduler_.run_for(time); }
  std::unique_ptr<Log> open(Log::RecordsCallback on_records) override {
    auto config = kafka::internal_log_config(kafka::InternalTopic::kOffsets, worker_, true, admin_);
    EXPECT_TRUE(config.ok()) << config.error().message();
    return kafka::open_log(*std::move(config), scheduler_, std::move(on_records));
  }
  std::string transactional_id() override { return worker_["group.id"]; }

 private:
  testing::RealScheduler scheduler_;
  sdk::Properties worker_;
  std::shared_ptr<kafka::Admin> admin_;
};

/// A log and what it has delivered.
class Reader {
 public:
  explicit Reader(World& world)
      : world_(world), log_(world.open([this](std::span<const LogRecord> records) {
          for (const LogRecord& record : records) this->records.push_back(record);
        })) {}
  Log& log() { return *log_; }
  void close() { log_.reset(); }

  Status wait(const std::function<void(Log::Done)>& call) {
    std::optional<Status> outcome;
    call([&outcome](const Status& status) { outcome = status; });
    EXPECT_FALSE(outcome) << "never from within the call";
    EXPECT_TRUE(world_.run_until([&] { return outcome.has_value(); }));
    return outcome.value_or(failed("never answered"));
  }
  Status read_to_end() {
    return wait([this](auto done) { log_->read_to_end(kPatience, done); });
  }
  Status append(std::vector<LogEntry> entries) {
    return wait([&](auto done) { log_->append(std::move(entries), kPatience, done); });
  }
  Status claim(const std::string& id) {
    return wait([&](auto done) { log_->claim(id, kPatience, done); });
  }
  Status append_fenced(std::vector<LogEntry> entries) {
    return wait([&](auto done) { log_->append_fenced(std::move(entries), kPatience, done); });
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    for (const LogRecord& record : records) texts.push_back(record.key + "=" + record.value.value_or("-"));
    return texts;
  }

  std::vector<LogRecord> records;

 private:
  World& world_;
  std::unique_ptr<Log> log_;
};

using Texts = std::vector<std::string>;

class LogConformanceTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (is_real() && !testing::has_broker()) {
      GTEST_SKIP() << "SLUICE_TEST_BROKER is not set";
    }
    make_world(1);
  }
  bool is_real() const { return GetParam(); }
  void make_world(int32_t partitions) {
    if (is_real()) {
      world_ = std::make_unique<BrokerWorld>(partitions);
    } else {
      world_ = std::make_unique<MemoryWorld>(partitions);
    }
  }
  std::unique_ptr<World> world_;
};

INSTANTIATE_TEST_SUITE_P(Logs, LogConformanceTest, ::testing::Values(false, true),
                         [](const auto& info) { return info.param ? "Real" : "Memory"; });

TEST_P(LogConformanceTest, AnEmptyTopicIsAtItsEnd) {
  Reader reader(*world_);
  EXPECT_TRUE(reader.read_to_end().ok());
  EXPECT_TRUE(reader.records.empty());
  EXPECT_TRUE(reader.append({}).ok());
}

TEST_P(LogConformanceTest, ReadsWhatItWroteAndWhatWasThereBefore) {
  Reader writer(*world_);
  ASSERT_TRUE(writer.append({{"a", "1"}, {"b", std::nullopt}, {"c", ""}}).ok());
  ASSERT_TRUE(writer.append({{"a", "2"}}).ok());
  ASSERT_TRUE(writer.read_to_end().ok());
  EXPECT_EQ(writer.texts(), (Texts{"a=1", "b=-", "c=", "a=2"}));
  for (int64_t i = 0; i < 4; ++i) EXPECT_EQ(writer.records[static_cast<size_t>(i)].offset, i);

  Reader later(*world_);
  ASSERT_TRUE(later.read_to_end().ok());
  EXPECT_EQ(later.texts(), writer.texts());
}

TEST_P(LogConformanceTest, AppendsBeforeAReadAreInIt) {
  Reader reader(*world_);
  int acked = 0;
  for (int i = 0; i < 50; ++i) {
    reader.log().append({{"k", std::to_string(i)}}, kPatience,
                        [&acked](const Status& status) { acked += status.ok() ? 1 : 100; });
  }
  ASSERT_TRUE(reader.read_to_end().ok());
  ASSERT_EQ(reader.records.size(), 50U);
  for (size_t i = 0; i < 50; ++i) EXPECT_EQ(reader.records[i].value, std::to_string(i));
  EXPECT_TRUE(world_->run_until([&] { return acked == 50; }));
}

TEST_P(LogConformanceTest, FollowsWhatOthersWrite) {
  Reader one(*world_);
  Reader two(*world_);
  ASSERT_TRUE(one.read_to_end().ok());
  ASSERT_TRUE(two.append({{"x", "1"}}).ok());
  EXPECT_TRUE(world_->run_until([&] { return one.records.size() == 1; }));
}

TEST_P(LogConformanceTest, KeysFindTheirPartitionsAsJavas) {
  if (world_ != nullptr) make_world(25);
  Reader reader(*world_);
  std::vector<LogEntry> entries;
  for (int i = 0; i < 40; ++i) entries.push_back({"[\"c\",{\"p\":" + std::to_string(i) + "}]", "1"});
  entries.push_back({"", "1"});
  ASSERT_TRUE(reader.append(entries).ok());
  ASSERT_TRUE(reader.read_to_end().ok());
  ASSERT_EQ(reader.records.size(), 41U);
  for (const LogRecord& record : reader.records) {
    EXPECT_EQ(record.partition, static_cast<int32_t>((testing::murmur2(record.key) & 0x7fffffff) % 25))
        << record.key;
  }
}

TEST_P(LogConformanceTest, ATransactionTakesAnOffsetMore) {
  Reader reader(*world_);
  ASSERT_TRUE(reader.claim(world_->transactional_id()).ok());
  ASSERT_TRUE(reader.append_fenced({{"a", "1"}, {"b", "2"}}).ok());
  ASSERT_TRUE(reader.append_fenced({{"c", "3"}}).ok());
  ASSERT_TRUE(reader.append({{"d", "4"}}).ok());
  ASSERT_TRUE(reader.read_to_end().ok());
  EXPECT_EQ(reader.texts(), (Texts{"a=1", "b=2", "c=3", "d=4"}));
  EXPECT_EQ(reader.records[2].offset, 3);
  EXPECT_EQ(reader.records[3].offset, 5);
}

TEST_P(LogConformanceTest, NothingIsWrittenWithoutAClaim) {
  Reader reader(*world_);
  const Status status = reader.append_fenced({{"a", "1"}});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message(),
            "Cannot produce to config topic without claiming write privileges first");
  ASSERT_TRUE(reader.read_to_end().ok());
  EXPECT_TRUE(reader.records.empty());
}

TEST_P(LogConformanceTest, TheLastClaimWins) {
  Reader first(*world_);
  Reader second(*world_);
  const std::string id = world_->transactional_id();
  ASSERT_TRUE(first.claim(id).ok());
  ASSERT_TRUE(first.append_fenced({{"a", "1"}}).ok());
  ASSERT_TRUE(second.claim(id).ok());
  const Status fenced = first.append_fenced({{"a", "2"}});
  ASSERT_FALSE(fenced.ok());
  EXPECT_EQ(fenced.error().kind(), ErrorKind::kFenced) << fenced.error().trace();
  EXPECT_FALSE(first.append_fenced({{"a", "3"}}).ok()) << "a failure takes the claim";
  ASSERT_TRUE(second.append_fenced({{"a", "4"}}).ok());
  ASSERT_TRUE(first.claim(id).ok());
  ASSERT_TRUE(first.append_fenced({{"a", "5"}}).ok());
  EXPECT_FALSE(second.append_fenced({{"a", "6"}}).ok());
  ASSERT_TRUE(second.read_to_end().ok());
  EXPECT_EQ(second.texts(), (Texts{"a=1", "a=4", "a=5"}));
}

TEST_P(LogConformanceTest, SeveralReadsAtATimeAreAllAnswered) {
  Reader reader(*world_);
  int answers = 0;
  for (int i = 0; i < 5; ++i) {
    reader.log().read_to_end(kPatience,
                             [&answers](const Status& status) { answers += status.ok() ? 1 : 100; });
    reader.log().append({{"k", "v"}}, kPatience, [](const Status&) {});
  }
  EXPECT_TRUE(world_->run_until([&] { return answers == 5; }));
}

TEST_P(LogConformanceTest, NothingComesAfterTheEnd) {
  auto reader = std::make_unique<Reader>(*world_);
  bool called = false;
  reader->log().append({{"k", "v"}}, kPatience, [&called](const Status&) { called = true; });
  reader->log().read_to_end(kPatience, [&called](const Status&) { called = true; });
  reader.reset();
  world_->run_for(milliseconds(500));
  EXPECT_FALSE(called);
}

TEST_P(LogConformanceTest, AReadMayEndTheLog) {
  auto reader = std::make_unique<Reader>(*world_);
  bool done = false;
  reader->log().read_to_end(kPatience, [&](const Status&) {
    reader.reset();
    done = true;
  });
  EXPECT_TRUE(world_->run_until([&] { return done; }));
}

class RealLogTest : public testing::RealTest {
 protected:
  Status read(const sdk::Properties& worker, kafka::InternalTopic which) {
    auto admin = kafka::make_shared_admin(worker);
    EXPECT_TRUE(admin.ok());
    auto config = kafka::internal_log_config(which, worker, false, *admin);
    if (!config.ok()) return config.error();
    auto log = kafka::open_log(*std::move(config), scheduler_, [](auto) {});
    std::optional<Status> outcome;
    log->read_to_end(seconds(2), [&outcome](const Status& status) { outcome = status; });
    EXPECT_TRUE(scheduler_.run_until([&] { return outcome.has_value(); }));
    return outcome.value_or(failed("never answered"));
  }
  testing::RealScheduler scheduler_;
};

TEST_F(RealLogTest, SaysWhenNobodyAnswers) {
  auto worker = testing::worker_properties(1);
  worker["bootstrap.servers"] = "127.0.0.1:1";
  auto admin = kafka::make_shared_admin(worker);
  auto config = kafka::internal_log_config(kafka::InternalTopic::kOffsets, worker, false, *admin);
  auto log = kafka::open_log(*std::move(config), scheduler_, [](auto) {});
  std::optional<Status> read;
  std::optional<Status> written;
  log->read_to_end(milliseconds(700), [&read](const Status& status) { read = status; });
  log->append({{"a", "b"}}, milliseconds(700), [&written](const Status& status) { written = status; });
  const auto before = std::chrono::steady_clock::now();
  EXPECT_TRUE(scheduler_.run_until([&] { return read && written; }));
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(3));
  EXPECT_EQ(read->error().kind(), ErrorKind::kRetry);
  EXPECT_EQ(written->error().kind(), ErrorKind::kRetry);
}

TEST_F(RealLogTest, RefusesATopicThatIsNotCompacted) {
  auto worker = testing::worker_properties(1);
  const std::string topic = worker["offset.storage.topic"];
  auto admin = kafka::make_shared_admin(worker);
  ASSERT_TRUE((*admin)->create_topic({topic, 2, 1, {{"cleanup.policy", "compact,delete"}}}, kPatience).ok());
  const Status status = read(worker, kafka::InternalTopic::kOffsets);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind(), ErrorKind::kBadConfig);
  EXPECT_EQ(status.error().message(),
            "Topic '" + topic +
                "' supplied via the 'offset.storage.topic' property is required to have "
                "'cleanup.policy=compact' to guarantee consistency and durability of source connector "
                "offsets, but found the topic currently has 'cleanup.policy=compact,delete'. Continuing "
                "would likely result in eventually losing source connector offsets and problems restarting "
                "this Connect cluster in the future. Change the 'offset.storage.topic' property in the "
                "Connect worker configurations to use a topic with 'cleanup.policy=compact'.");
}

TEST_F(RealLogTest, RefusesAConfigTopicOfSeveralPartitions) {
  auto worker = testing::worker_properties(1);
  const std::string topic = worker["offset.storage.topic"];
  worker["config.storage.topic"] = topic;
  auto admin = kafka::make_shared_admin(worker);
  ASSERT_TRUE((*admin)->create_topic({topic, 3, 1, {{"cleanup.policy", "compact"}}}, kPatience).ok());
  const Status status = read(worker, kafka::InternalTopic::kConfigs);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message(),
            "Topic '" + topic +
                "' supplied via the 'config.storage.topic' property is required to have a single partition "
                "in order to guarantee consistency of connector configurations, but found 3 partitions.");
}

TEST_F(RealLogTest, MakesTopicsAsConfigured) {
  auto worker = testing::worker_properties(3);
  worker["offset.storage.segment.bytes"] = "1048577";
  worker["offset.storage.cleanup.policy"] = "delete";
  ASSERT_TRUE(read(worker, kafka::InternalTopic::kOffsets).ok());
  auto admin = kafka::make_shared_admin(worker);
  const std::string topic = worker["offset.storage.topic"];
  const auto config = (*admin)->topic_config(topic, kPatience);
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->at("cleanup.policy"), "compact");
  EXPECT_EQ(config->at("segment.bytes"), "1048577");
  EXPECT_EQ((*admin)->describe_topics({topic}, kPatience)->at(topic).partitions, 3);
}

TEST_F(RealLogTest, WaitsForEnoughBrokers) {
  auto worker = testing::worker_properties(1);
  worker["offset.storage.replication.factor"] = "3";
  const Status status = read(worker, kafka::InternalTopic::kOffsets);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind(), ErrorKind::kRetry);
}

TEST(InternalTopicsTest, NamesWhatIsMissingOrWrong) {
  const auto missing = kafka::internal_topic_spec(kafka::InternalTopic::kStatuses, {});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().message(),
            "Missing required configuration \"status.storage.topic\" which has no default value.");
  EXPECT_FALSE(kafka::internal_topic_spec(kafka::InternalTopic::kStatuses,
                                          {{"status.storage.topic", "t"}, {"status.storage.partitions", "0"}})
                   .ok());
  const auto spec =
      kafka::internal_topic_spec(kafka::InternalTopic::kStatuses, {{"status.storage.topic", "t"}});
  ASSERT_TRUE(spec.ok());
  EXPECT_EQ(spec->topic.partitions, 5);
  EXPECT_EQ(spec->topic.replication_factor, 3);
}

TEST(InternalTopicsTest, NamesClientsAsJavaDoes) {
  EXPECT_EQ(kafka::internal_client_id({{"group.id", "g"}}, "configs"), "g-configs");
  EXPECT_EQ(kafka::internal_client_id({{"group.id", "g"}, {"client.id", "c"}}, "statuses"), "g-c-statuses");
}

}  // namespace
}  // namespace sluice::store
