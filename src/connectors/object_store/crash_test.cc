// The promise of exactly once, step by step: the process dies before or after each commit and each step of
// each upload, a new task goes on, and in the end every record is in exactly one file.

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "connectors/object_store/sink_task.h"
#include "connectors/object_store/test_world.h"
#include "drivers/object_store/local_store.h"
#include "sdk/testkit/fake_contexts.h"

namespace sluice::connectors::object_store {
namespace {

using sdk::TopicPartition;
using sdk::Value;

/// Counts the steps of a life and ends it at one of them: from then on nothing has any effect.
class Life {
 public:
  explicit Life(int dies_at) : dies_at_(dies_at) {}
  /// False: dead.
  bool step() { return !dead_ && (++steps_ != dies_at_ || !(dead_ = true)); }
  bool dead() const { return dead_; }
  int steps() const { return steps_; }

 private:
  const int dies_at_;
  std::atomic<int> steps_{0};
  std::atomic<bool> dead_{false};
};

class MortalStore final : public store::ObjectStore {
 public:
  MortalStore(std::unique_ptr<store::ObjectStore> inner, Life& life)
      : inner_(std::move(inner)), life_(life) {}

  Status put(std::string_view key, BytesView bytes, const store::PutOptions& options) override {
    return stepwise([&] { return inner_->put(key, bytes, options); });
  }
  Result<store::Upload> create_upload(std::string_view key) override {
    if (!life_.step()) return dead();
    return inner_->create_upload(key);
  }
  Status upload_part(store::Upload& upload, BytesView bytes) override {
    return stepwise([&] { return inner_->upload_part(upload, bytes); });
  }
  Status complete_upload(const store::Upload& upload, const store::PutOptions& options) override {
    return stepwise([&] { return inner_->complete_upload(upload, options); });
  }
  Status abort_upload(const store::Upload& upload) override {
    return life_.dead() ? Status() : inner_->abort_upload(upload);
  }
  Result<std::optional<store::ObjectInfo>> head(std::string_view key) override { return inner_->head(key); }
  Result<std::vector<store::ObjectInfo>> list(std::string_view prefix) override {
    return inner_->list(prefix);
  }
  Status remove(std::string_view key) override { return inner_->remove(key); }
  Status check() override { return inner_->check(); }
  size_t part_bytes_min() const override { return inner_->part_bytes_min(); }
  std::string describe(std::string_view key) const override { return inner_->describe(key); }

 private:
  static Error dead() { return failed("the process is dead"); }
  template <typename Operation>
  Status stepwise(const Operation& operation) {
    if (!life_.step()) return dead();
    Status status = operation();
    if (!life_.step()) return dead();
    return status;
  }
  std::unique_ptr<store::ObjectStore> inner_;
  Life& life_;
};

class MortalContext final : public sdk::SinkTaskContext {
 public:
  MortalContext(sdk::testkit::GroupMemory& group, std::set<TopicPartition> assignment, Life& life)
      : inner_(group, std::move(assignment)), life_(life) {
    inner_.tolerate_errors(true);
  }
  const StopSignal& stop() const override { return inner_.stop(); }
  std::string_view task_id() const override { return inner_.task_id(); }
  const std::set<TopicPartition>& assignment() const override { return inner_.assignment(); }
  void rewind(const TopicPartition& partition, int64_t offset) override { inner_.rewind(partition, offset); }
  void pause(std::span<const TopicPartition> partitions) override { inner_.pause(partitions); }
  void resume(std::span<const TopicPartition> partitions) override { inner_.resume(partitions); }
  void set_timeout(std::chrono::milliseconds timeout) override { inner_.set_timeout(timeout); }
  void request_commit() override { inner_.request_commit(); }
  Result<sdk::CommittedOffset> committed(const TopicPartition& partition) override {
    return inner_.committed(partition);
  }
  Status commit_now(const TopicPartition& partition, int64_t offset, std::string_view metadata) override {
    in_the_tasks_hands.insert(partition);
    EXPECT_LE(metadata.size(), kIntentBytesMax);
    if (!life_.step()) return failed("the process is dead");
    if (unclear_every > 0 && ++commits_ % unclear_every == 0) {
      // Every other time it had worked all the same.
      if (commits_ % (2 * unclear_every) == 0) (void)inner_.commit_now(partition, offset, metadata).ok();
      return retriable("no answer");
    }
    Status status = inner_.commit_now(partition, offset, metadata);
    if (!life_.step()) return failed("the process is dead");
    return status;
  }
  Result<bool> report(const sdk::Record& record, const Error& error) override {
    // What a declared range skips was reported by the task that declared it.
    const auto found = inner_.committed({std::string(record.topic), record.partition});
    if (!found->metadata.empty()) {
      const auto intent = parse_intent(found->offset, found->metadata);
      EXPECT_TRUE(intent.ok() && !intent->skipped.contains(record.offset))
          << "reported twice: " << record.offset;
    }
    return inner_.report(record, error);
  }

  sdk::testkit::FakeSinkContext& inner() { return inner_; }
  std::set<TopicPartition> in_the_tasks_hands;
  int unclear_every = 0;

 private:
  sdk::testkit::FakeSinkContext inner_;
  Life& life_;
  int commits_ = 0;
};

class HandClock final : public Clock {
 public:
  int64_t wall_ms() const override { return ms; }
  int64_t steady_ms() const override { return ms; }
  std::atomic<int64_t> ms{1'700'000'000'000};
};

/// What a test varies.
struct Scenario {
  std::string name;
  const OptionFamily& (*family)() = &confluent_family;
  sdk::Properties properties;
  /// Of the task that comes after the death.
  sdk::Properties changed{};
  bool with_bad_records = false;
  int unclear_every = 0;
};
void PrintTo(const Scenario& scenario, std::ostream* out) { *out << scenario.name; }

constexpr int64_t kRecords = 60;

class World {
 public:
  World(const Scenario& scenario, uint64_t seed) : scenario_(scenario), random_(seed) {}

  /// One life of the task; true if it did not die.
  bool live(int dies_at, const sdk::Properties& changed) {
    Life life(dies_at);
    MortalContext context(group_, {kFirst, kSecond}, life);
    context.unclear_every = scenario_.unclear_every;
    ObjectStoreSinkTask task(scenario_.family(), clock_,
                             [&](const StoreOptions& options) { return open(options, life); });
    sdk::Properties properties = scenario_.properties;
    for (const auto& [key, value] : changed) properties[key] = value;
    properties[scenario_.family == &aiven_family ? "aws.s3.endpoint" : "store.url"] =
        "file://" + folder_.path().string();
    const auto started = task.start(properties, context);
    EXPECT_TRUE(started.ok()) << (started.ok() ? "" : started.error().message());
    consume(task, context, life);
    steps_ = life.steps();
    return !life.dead();
  }

  void expect_each_record_once() {
    std::map<std::pair<int, int64_t>, int> seen;
    for (const std::string& name : files_below(folder_.path() / "lake")) {
      std::ifstream in(folder_.path() / "lake" / name);
      for (std::string line; std::getline(in, line);) {
        auto row = nlohmann::json::parse(line);
        if (row.contains("value")) row = row["value"];
        ++seen[{row.at("partition").get<int>(), row.at("offset").get<int64_t>()}];
      }
    }
    for (const TopicPartition& partition : {kFirst, kSecond}) {
      for (int64_t offset = 0; offset < kRecords; ++offset) {
        const int expected = is_bad(offset) || is_gone(offset) ? 0 : 1;
        const std::pair key{static_cast<int>(partition.partition), offset};
        EXPECT_EQ(seen[key], expected) << partition.partition << "@" << offset;
      }
      EXPECT_EQ(group_[partition].offset, kRecords) << partition.partition;
      EXPECT_EQ(group_[partition].metadata, "");
    }
  }
  int steps() const { return steps_; }

 private:
  bool is_bad(int64_t offset) const { return scenario_.with_bad_records && offset % 7 == 3; }
  /// Compacted away, or a transaction's marker.
  static bool is_gone(int64_t offset) { return offset % 11 == 5; }

  Result<std::shared_ptr<store::ObjectStore>> open(const StoreOptions& options, Life& life) {
    SLUICE_ASSIGN_OR_RETURN(auto local,
                            store::open_local_store(options.url.substr(7) + "/" + options.bucket));
    return std::shared_ptr<store::ObjectStore>(std::make_shared<MortalStore>(std::move(local), life));
  }

  void fill(sdk::RecordBatch& batch) {
    for (auto& [partition, next] : positions_) {
      const int64_t begin = next;
      next = std::min(kRecords, begin + static_cast<int64_t>(random_() % 5));
      for (int64_t position = begin; position < next; ++position) {
        if (is_gone(position)) continue;
        sdk::Record record;
        record.topic = partition.topic;
        record.partition = partition.partition;
        record.offset = position;
        record.timestamp = 1'600'000'000'000 + position * 700;
        auto* entries = batch.arena().array<sdk::MapEntry>(3);
        entries[0] = {Value::string("partition"), Value::int64(partition.partition)};
        entries[1] = {Value::string("offset"), Value::int64(position)};
        entries[2] = {Value::string("kind"),
                      is_bad(position) ? Value::float64(0.5) : Value::int64(position % 3)};
        record.value = Value::map({entries, 3});
        batch.records().push_back(record);
      }
    }
  }

  void consume(ObjectStoreSinkTask& task, MortalContext& context, Life& life) {
    const std::vector<TopicPartition> partitions{kFirst, kSecond};
    for (const TopicPartition& partition : partitions) {
      positions_[partition] = std::max<int64_t>(0, group_[partition].offset);
    }
    EXPECT_TRUE(task.open(partitions).ok());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!life.dead() && !is_all_committed()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "not everything was committed";
      sdk::RecordBatch batch;
      fill(batch);
      // At the end the clock closes what is still open.
      const bool idle = batch.empty() && all_read();
      clock_.ms += idle ? 90'000'000 : static_cast<int64_t>(random_() % 900);
      deliver(task, batch, life);
      if (idle) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      for (const auto& [partition, offset] : context.inner().take_rewinds()) positions_[partition] = offset;
      if (random_() % 4 == 0 || idle) commit(task, context, life);
    }
    if (life.dead()) return;
    EXPECT_TRUE(task.close(partitions).ok());
  }

  bool all_read() const {
    return std::all_of(positions_.begin(), positions_.end(),
                       [](const auto& at) { return at.second >= kRecords; });
  }

  bool is_all_committed() {
    return group_[kFirst].offset == kRecords && group_[kSecond].offset == kRecords &&
           group_[kFirst].metadata.empty() && group_[kSecond].metadata.empty();
  }

  void deliver(ObjectStoreSinkTask& task, sdk::RecordBatch& batch, Life& life) {
    for (int tries = 0; !life.dead(); ++tries) {
      const auto put = task.put(batch);
      if (put.ok() || life.dead()) return;
      ASSERT_EQ(put.error().kind(), ErrorKind::kRetry) << put.error().message();
      ASSERT_LT(tries, 1000) << put.error().message();
      clock_.ms += 10;
    }
  }

  void commit(ObjectStoreSinkTask& task, MortalContext& context, Life& life) {
    const auto durable = task.pre_commit(positions_);
    if (life.dead()) return;
    ASSERT_TRUE(durable.ok());
    for (const auto& [partition, offset] : *durable) {
      EXPECT_LE(offset, positions_[partition]);
      if (!context.in_the_tasks_hands.contains(partition)) group_[partition] = {offset, ""};
    }
  }

  inline static const TopicPartition kFirst{"t", 0};
  inline static const TopicPartition kSecond{"t", 1};

  const Scenario scenario_;
  std::mt19937_64 random_;
  TemporaryFolder folder_;
  HandClock clock_;
  sdk::testkit::GroupMemory group_;
  sdk::Offsets positions_;
  int steps_ = 0;
};

class CrashTest : public testing::TestWithParam<Scenario> {};

TEST_P(CrashTest, EveryRecordIsWrittenOnceWhereverTheProcessDies) {
  constexpr int kNever = 1 << 30;
  int dies_at = 1;
  for (bool died = true; died && dies_at < 3000; dies_at += 1 + dies_at / 40) {
    SCOPED_TRACE("dies at step " + std::to_string(dies_at));
    World world(GetParam(), static_cast<uint64_t>(dies_at));
    died = !world.live(dies_at, {});
    // Once more while the first death's range is being finished.
    if (died) world.live(1 + dies_at % 13, GetParam().changed);
    world.live(kNever, GetParam().changed);
    world.expect_each_record_once();
    if (HasFailure()) return;
  }
}

sdk::Properties confluent(const sdk::Properties& more) {
  sdk::Properties properties = json_to_folder("/none", 7);
  for (const auto& [key, value] : more) properties[key] = value;
  return properties;
}

sdk::Properties aiven(const sdk::Properties& more) {
  sdk::Properties properties{
      {"aws.s3.bucket.name", "lake"}, {"format.output.type", "jsonl"}, {"file.compression.type", "none"}};
  for (const auto& [key, value] : more) properties[key] = value;
  return properties;
}

const sdk::Properties kByRecordTime{{"partitioner.class", "TimeBasedPartitioner"},
                                    {"partition.duration.ms", "5000"},
                                    {"path.format", "HH-mm-ss"},
                                    {"locale", "en"},
                                    {"timezone", "UTC"},
                                    {"timestamp.extractor", "Record"},
                                    {"rotate.interval.ms", "4000"},
                                    {"rotate.schedule.interval.ms", "3600000"},
                                    {"flush.size", "1000"}};
const sdk::Properties kByClock{{"partitioner.class", "TimeBasedPartitioner"},
                               {"partition.duration.ms", "1000"},
                               {"path.format", "YYYY/MM/dd/HH-mm-ss"},
                               {"locale", "en"},
                               {"timezone", "Europe/Berlin"},
                               {"rotate.interval.ms", "5000"},
                               {"rotate.file.on.partition.change", "false"},
                               {"flush.size", "1000"}};
const sdk::Properties kBySchedule{
    {"rotate.schedule.interval.ms", "2000"}, {"timezone", "UTC"}, {"flush.size", "1000"}};
const sdk::Properties kByField{{"partitioner.class", "FieldPartitioner"},
                               {"partition.field.name", "kind"},
                               {"rotate.schedule.interval.ms", "3600000"},
                               {"timezone", "UTC"}};

INSTANTIATE_TEST_SUITE_P(
    ObjectStore, CrashTest,
    testing::Values(
        Scenario{"flush_size", &confluent_family,
                 confluent({{"rotate.schedule.interval.ms", "3600000"}, {"timezone", "UTC"}})},
        Scenario{"record_time", &confluent_family, confluent(kByRecordTime)},
        Scenario{"wall_clock_paths", &confluent_family, confluent(kByClock)},
        Scenario{"schedule", &confluent_family, confluent(kBySchedule)},
        Scenario{"field", &confluent_family, confluent(kByField)},
        Scenario{"bad_records", &confluent_family, confluent(kByField), {}, true},
        Scenario{"unclear_commits", &confluent_family, confluent(kByClock), {}, false, 3},
        Scenario{"changed_configuration",
                 &confluent_family,
                 confluent(kByClock),
                 {{"path.format", "'other'=mm"}, {"flush.size", "3"}, {"topics.dir", "elsewhere"}}},
        Scenario{"changed_partitioner",
                 &confluent_family,
                 confluent(kByField),
                 {{"partitioner.class", "DefaultPartitioner"}, {"flush.size", "5"}}},
        Scenario{"aiven", &aiven_family, aiven({})},
        Scenario{
            "aiven_clock_names", &aiven_family,
            aiven({{"file.name.template",
                    "{{timestamp:unit=yyyy}}/{{timestamp:unit=HH}}/{{topic}}-{{partition}}-{{start_offset}}"},
                   {"file.max.records", "9"}})}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sluice::connectors::object_store
