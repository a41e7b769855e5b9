// What a task does when things do not go well, and where it puts what.

#include "connectors/object_store/sink_task.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <atomic>
#include <thread>

#include "connectors/object_store/connector.h"
#include "connectors/object_store/test_world.h"
#include "drivers/object_store/local_store.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"
#include "sdk/testkit/fake_contexts.h"

namespace sluice::connectors::object_store {
namespace {

using sdk::TopicPartition;
using sdk::Value;

/// A local store that answers as told, and takes small parts only if it is told to.
class MoodyStore final : public store::ObjectStore {
 public:
  explicit MoodyStore(const std::filesystem::path& folder)
      : inner_(store::open_local_store(folder.string()).value()) {}

  Status put(std::string_view key, BytesView bytes, const store::PutOptions& options) override {
    ++puts;
    if (failures > 0) {
      --failures;
      return *failure;
    }
    return inner_->put(key, bytes, options);
  }
  Result<store::Upload> create_upload(std::string_view key) override { return inner_->create_upload(key); }
  Status upload_part(store::Upload& upload, BytesView bytes) override {
    ++parts;
    return inner_->upload_part(upload, bytes);
  }
  Status complete_upload(const store::Upload& upload, const store::PutOptions& options) override {
    return inner_->complete_upload(upload, options);
  }
  Status abort_upload(const store::Upload& upload) override { return inner_->abort_upload(upload); }
  Result<std::optional<store::ObjectInfo>> head(std::string_view key) override { return inner_->head(key); }
  Result<std::vector<store::ObjectInfo>> list(std::string_view prefix) override {
    return inner_->list(prefix);
  }
  Status remove(std::string_view key) override { return inner_->remove(key); }
  Status check() override { return {}; }
  size_t part_bytes_min() const override { return part_min; }
  std::string describe(std::string_view key) const override { return inner_->describe(key); }

  std::optional<Error> failure;
  std::atomic<int> failures{0};
  std::atomic<int> puts{0};
  std::atomic<int> parts{0};
  size_t part_min = size_t{5} << 20;

 private:
  std::unique_ptr<store::ObjectStore> inner_;
};

class SinkTaskTest : public testing::Test {
 protected:
  void SetUp() override {
    store_ = std::make_shared<MoodyStore>(folder_.path());
    properties_ = json_to_folder(folder_.path(), 5);
  }

  void start() {
    task_ = std::make_unique<ObjectStoreSinkTask>(
        confluent_family(), system_clock(),
        [this](const StoreOptions&) { return Result<std::shared_ptr<store::ObjectStore>>(store_); });
    const auto started = task_->start(properties_, context_);
    ASSERT_TRUE(started.ok()) << started.error().message();
    ASSERT_TRUE(task_->open(partitions_).ok());
  }

  Value object(int64_t offset, std::string_view text = "x") {
    auto* entries = batch_.arena().array<sdk::MapEntry>(2);
    entries[0] = {Value::string("offset"), Value::int64(offset)};
    entries[1] = {Value::string("text"), Value::string(batch_.arena().copy(text))};
    return Value::map({entries, 2});
  }
  void add(const Value& value, const sdk::SchemaPtr& schema = nullptr, int32_t partition = 0) {
    sdk::Record record;
    record.topic = "t";
    record.partition = partition;
    record.offset = next_[partition]++;
    record.value = value;
    record.value_schema = schema.get();
    batch_.records().push_back(record);
  }
  void add_objects(int count, std::string_view text = "x", int32_t partition = 0) {
    for (int i = 0; i < count; ++i) add(object(next_[partition], text), nullptr, partition);
  }
  /// Puts what was added, again as long as it is to be retried.
  Status put(int tries_max = 2000) {
    Status status = task_->put(batch_);
    for (int i = 0; !status.ok() && status.error().kind() == ErrorKind::kRetry && i < tries_max; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      status = task_->put(batch_);
    }
    if (status.ok()) batch_.clear();
    return status;
  }
  void put_until_committed(int64_t offset) {
    for (int i = 0; i < 5000 && (group_[kPartition].offset != offset || !group_[kPartition].metadata.empty());
         ++i) {
      ASSERT_TRUE(put().ok());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ASSERT_EQ(group_[kPartition].offset, offset);
  }
  std::vector<std::string> files() const { return files_below(folder_.path()); }
  std::string text_of(const std::string& name) const { return read_file(folder_.path() / name); }

  inline static const TopicPartition kPartition{"t", 0};
  TemporaryFolder folder_;
  std::shared_ptr<MoodyStore> store_;
  sdk::Properties properties_;
  sdk::testkit::GroupMemory group_;
  std::vector<TopicPartition> partitions_{kPartition, {"t", 1}};
  sdk::testkit::FakeSinkContext context_{group_, {kPartition, {"t", 1}}};
  sdk::RecordBatch batch_;
  std::map<int32_t, int64_t> next_;
  std::unique_ptr<ObjectStoreSinkTask> task_;
};

TEST_F(SinkTaskTest, FilesAreNamedByTheirFirstOffset) {
  start();
  next_[0] = 100;
  add_objects(12);
  ASSERT_TRUE(put().ok());
  put_until_committed(110);
  EXPECT_EQ(files(), (std::vector<std::string>{"topics/t/partition=0/t+0+0000000100.json",
                                               "topics/t/partition=0/t+0+0000000105.json"}));
  EXPECT_EQ(text_of("topics/t/partition=0/t+0+0000000105.json").substr(0, 28), R"({"offset":105,"text":"x"})"
                                                                               "\n{\"");
}

TEST_F(SinkTaskTest, AStoreThatIsDownIsWaitedFor) {
  store_->failure = retriable("503 SlowDown");
  store_->failures = 3;
  start();
  add_objects(5);
  ASSERT_TRUE(put().ok());
  bool told = false;
  for (int i = 0; i < 5000 && group_[kPartition].offset != 5; ++i) {
    const Status status = task_->put(batch_);
    batch_.clear();
    if (!status.ok()) {
      ASSERT_EQ(status.error().kind(), ErrorKind::kRetry);
      EXPECT_NE(status.error().message().find("503 SlowDown"), std::string::npos);
      EXPECT_NE(status.error().message().find("t-0: storing offsets 0 to 4"), std::string::npos);
      EXPECT_TRUE(context_.take_timeout().has_value());
      told = true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_TRUE(told);
  EXPECT_EQ(store_->puts.load(), 4);
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(SinkTaskTest, AStoreThatRefusesFailsTheTaskAndLeavesTheIntent) {
  store_->failure = failed("403 AccessDenied");
  store_->failures = 1;
  start();
  add_objects(5);
  Status status = put();
  for (int i = 0; i < 5000 && status.ok(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    status = put();
  }
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind(), ErrorKind::kFailed);
  EXPECT_NE(status.error().message().find("AccessDenied"), std::string::npos);
  EXPECT_EQ(group_[kPartition].offset, 0);
  EXPECT_TRUE(looks_like_intent(group_[kPartition].metadata));
  EXPECT_TRUE(task_->pre_commit({{kPartition, 5}})->empty());
}

TEST_F(SinkTaskTest, AFencedTaskStoresNothing) {
  start();
  add_objects(3);
  ASSERT_TRUE(put().ok());
  context_.fence();
  add_objects(9);
  ASSERT_TRUE(put().ok());
  EXPECT_TRUE(files().empty());
  EXPECT_EQ(store_->puts.load(), 0);
  EXPECT_TRUE(task_->pre_commit({{kPartition, 12}})->empty());
  ASSERT_TRUE(task_->close(partitions_).ok());
}

TEST_F(SinkTaskTest, OpenFilesKeepTheirOffsetsFromBeingCommitted) {
  start();
  EXPECT_TRUE(task_->pre_commit({{kPartition, 0}})->empty()) << "before it has looked for an intent";
  add_objects(3);
  ASSERT_TRUE(put().ok());
  const auto durable = task_->pre_commit({{kPartition, 3}, {{"t", 1}, 7}});
  EXPECT_EQ(*durable, (sdk::Offsets{{{"t", 1}, 7}}))
      << "a partition without open files has nothing to wait for";
}

TEST_F(SinkTaskTest, MetadataOfOthersIsLeftAlone) {
  group_[kPartition] = {2, "somebody's note"};
  start();
  next_[0] = 0;
  add_objects(7);
  ASSERT_TRUE(put().ok());
  put_until_committed(7);
  EXPECT_EQ(files().front(), "topics/t/partition=0/t+0+0000000002.json")
      << "what was committed is not written again";
}

TEST_F(SinkTaskTest, AnIntentThatCannotBeReadStopsTheTask) {
  group_[kPartition] = {2, "{\"sluice\":9}"};
  start();
  const auto status = put();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind(), ErrorKind::kFailed);
  EXPECT_NE(status.error().message().find("t-0@2"), std::string::npos);
}

TEST_F(SinkTaskTest, ARangeWhoseLastRecordsAreGoneIsFinishedByItsOffsets) {
  start();
  add_objects(5);
  store_->failure = failed("dead");
  store_->failures = 1;
  while (put().ok()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  task_->stop();
  ASSERT_TRUE(looks_like_intent(group_[kPartition].metadata));
  // Offsets 3 and 4 never come again; that the consumer is past them is all there is.
  batch_.clear();
  next_[0] = 0;
  start();
  add_objects(3);
  ASSERT_TRUE(put().ok());
  EXPECT_TRUE(task_->pre_commit({{kPartition, 3}})->empty());
  // Ends the range; when its file is uploaded at once, 9 may be committed in the same call.
  ASSERT_TRUE(task_->pre_commit({{kPartition, 9}}).ok());
  if (group_[kPartition].offset != 9) put_until_committed(5);
  EXPECT_EQ(offsets_in(folder_.path(), kPartition), (std::vector<int64_t>{0, 1, 2}));
}

TEST_F(SinkTaskTest, NullsFailByDefaultAndCanBeIgnored) {
  start();
  add(Value::null());
  Status status = put();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind(), ErrorKind::kBadRecord);
  EXPECT_NE(status.error().message().find("t-0@0: Null valued records"), std::string::npos);

  properties_["behavior.on.null.values"] = "ignore";
  context_.tolerate_errors(true);
  next_[0] = 0;
  batch_.clear();
  start();
  add(Value::null());
  add_objects(4);
  add(Value::null());
  add_objects(1);
  ASSERT_TRUE(put().ok());
  put_until_committed(7);
  EXPECT_EQ(offsets_in(folder_.path(), kPartition), (std::vector<int64_t>{1, 2, 3, 4, 6}));
  EXPECT_EQ(context_.reports().size(), 2U);
}

TEST_F(SinkTaskTest, PathsOutsideTheBucketAreThatRecordsError) {
  properties_["partitioner.class"] = "FieldPartitioner";
  properties_["partition.field.name"] = "text";
  context_.tolerate_errors(true);
  start();
  add_objects(1, "a/../../../b");
  add_objects(1, "c\nd");
  add_objects(5, "fine");
  ASSERT_TRUE(put().ok());
  put_until_committed(7);
  EXPECT_EQ(files(), (std::vector<std::string>{"topics/t/text=fine/t+0+0000000002.json"}));
  EXPECT_EQ(context_.reports().size(), 2U);
}

sdk::SchemaPtr version(int32_t number) {
  sdk::SchemaBuilder builder = sdk::SchemaBuilder::structure();
  builder.name("v").version(number).field("offset", sdk::Schema::int64());
  for (int32_t i = 2; i <= number; ++i) builder.field("f" + std::to_string(i), sdk::Schema::optional_int32());
  return builder.build_or_die();
}

class SchemaTaskTest : public SinkTaskTest {
 protected:
  void add_version(int32_t number) {
    const auto schema = version(number);
    batch_.arena().keep(schema);
    sdk::StructNode* node = sdk::new_struct(batch_.arena(), *schema);
    node->mutable_values()[0] = Value::int64(next_[0]);
    add(Value::structure(node), schema);
  }
};

TEST_F(SchemaTaskTest, EverySchemaChangeRotatesByDefault) {
  start();
  for (const int number : {1, 1, 2, 1}) add_version(number);
  add_objects(1);
  add_version(1);
  ASSERT_TRUE(put().ok());
  put_until_committed(5);
  EXPECT_EQ(files().size(), 4U);
}

TEST_F(SchemaTaskTest, OlderRecordsAreProjectedWithBackward) {
  properties_["schema.compatibility"] = "BACKWARD";
  start();
  for (const int number : {1, 2, 1, 2, 3, 2}) add_version(number);
  ASSERT_TRUE(put().ok());
  put_until_committed(4);
  EXPECT_EQ(files().size(), 2U);
  EXPECT_NE(text_of("topics/t/partition=0/t+0+0000000001.json").find(R"({"offset":2,"f2":null})"),
            std::string::npos);
}

TEST_F(SchemaTaskTest, NewerRecordsAreProjectedWithForward) {
  properties_["schema.compatibility"] = "FORWARD";
  start();
  for (const int number : {2, 3, 1, 1}) add_version(number);
  ASSERT_TRUE(put().ok());
  put_until_committed(2);
  EXPECT_EQ(text_of("topics/t/partition=0/t+0+0000000000.json"),
            "{\"offset\":0,\"f2\":null}\n{\"offset\":1,\"f2\":null}\n");
}

TEST_F(SinkTaskTest, MemoryIsBoundedByEarlyParts) {
  properties_["sluice.buffer.memory"] = "1048576";
  properties_["flush.size"] = "100000";
  store_->part_min = 0;
  start();
  const std::string text(10'000, 'x');
  for (int i = 0; i < 40; ++i) {
    add_objects(20, text);
    ASSERT_TRUE(put().ok());
  }
  EXPECT_GE(store_->parts.load(), 5);
  EXPECT_TRUE(files().empty()) << "nothing may be visible yet";
  EXPECT_EQ(group_[kPartition].offset, -1);
}

TEST_F(SinkTaskTest, MemoryIsBoundedByClosingRangesWhereStoresTakeNoSmallParts) {
  properties_["sluice.buffer.memory"] = "1048576";
  properties_["flush.size"] = "100000";
  start();
  const std::string text(10'000, 'x');
  for (int i = 0; i < 40; ++i) {
    add_objects(10, text);
    add_objects(10, text, 1);
    ASSERT_TRUE(put().ok());
  }
  EXPECT_GE(files().size(), 6U);
  EXPECT_EQ(store_->parts.load(), 0);
  std::vector<int64_t> expected(static_cast<size_t>(group_[kPartition].offset));
  ASSERT_FALSE(expected.empty());
  ASSERT_TRUE(task_->close(partitions_).ok());
}

TEST_F(SinkTaskTest, ATopicThatATransformRenamedIsAClearError) {
  start();
  add_objects(1);
  batch_.records().front().topic = "renamed";
  const auto status = put();
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message().find("renamed-0@0"), std::string::npos);
}

TEST_F(SinkTaskTest, ClosingSettlesWhatIsBeingUploaded) {
  start();
  add_objects(5);
  ASSERT_TRUE(put().ok());
  ASSERT_TRUE(task_->close(partitions_).ok());
  EXPECT_EQ(group_[kPartition].offset, 5);
  EXPECT_EQ(group_[kPartition].metadata, "");
}

TEST_F(SinkTaskTest, GzipAndBytes) {
  properties_["format.class"] = "ByteArrayFormat";
  properties_["s3.compression.type"] = "gzip";
  properties_["format.bytearray.separator"] = "|\\n";
  properties_["flush.size"] = "2";
  context_.tolerate_errors(true);
  start();
  add(Value::bytes("one"));
  add(Value::string("no bytes"));
  add(Value::bytes("two"));
  ASSERT_TRUE(put().ok());
  put_until_committed(3);
  ASSERT_EQ(files(), (std::vector<std::string>{"topics/t/partition=0/t+0+0000000000.bin.gz"}));
  const std::string packed = text_of(files().front());
  z_stream stream{};
  char out[100];
  ASSERT_EQ(inflateInit2(&stream, 31), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out);
  stream.avail_out = sizeof out;
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(std::string(out, stream.total_out), "one|\ntwo|\n");
  inflateEnd(&stream);
}

TEST(Options, ProblemsOfKeysTogetherAreToldAtTheKeyToChange) {
  const auto blamed = [](const sdk::Properties& more) {
    sdk::Properties properties = json_to_folder("/x", 3);
    for (const auto& [key, value] : more) properties[key] = value;
    for (const auto& value : ObjectStoreSinkConnector(confluent_family()).validate(properties)) {
      if (!value.errors.empty()) return value.name;
    }
    return std::string("none");
  };
  EXPECT_EQ(blamed({}), "none");
  EXPECT_EQ(blamed({{"partitioner.class", "TimeBasedPartitioner"}}), "timezone");
  EXPECT_EQ(blamed({{"partitioner.class", "HourlyPartitioner"}, {"timezone", "UTC"}}), "locale");
  EXPECT_EQ(blamed({{"partitioner.class", "TimeBasedPartitioner"}, {"timezone", "UTC"}, {"locale", "en"}}),
            "partition.duration.ms");
  EXPECT_EQ(blamed({{"partitioner.class", "FieldPartitioner"}}), "partition.field.name");
  EXPECT_EQ(blamed({{"rotate.schedule.interval.ms", "5"}}), "timezone");
  EXPECT_EQ(blamed({{"timezone", "Mars/Base"}}), "timezone");
  EXPECT_EQ(blamed({{"timestamp.extractor", "Sundial"}}), "timestamp.extractor");
  EXPECT_EQ(blamed({{"behavior.on.null.values", "write"}}), "behavior.on.null.values");
  EXPECT_EQ(blamed({{"path.format", std::string(3000, 'x')}}), "path.format");
  EXPECT_EQ(blamed({{"format.class", "AvroFormat"}}), "format.class");
}

TEST(Options, AivensKeys) {
  const auto& family = aiven_family();
  sdk::Properties properties{
      {"aws_s3_bucket", "b"}, {"format.output.type", "parquet"}, {"aws_s3_prefix", "p/"}};
  auto parsed = family.parse(properties);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message();
  EXPECT_EQ(parsed->store.bucket, "b");
  EXPECT_EQ(parsed->names.prefix, "p/");
  EXPECT_EQ(parsed->names.name_template, "{{topic}}-{{partition}}-{{start_offset}}.gz");
  EXPECT_TRUE(parsed->rotation.on_commit);
  for (const auto& [key, value] :
       {std::pair{"format.output.type", "csv"}, std::pair{"format.output.fields", "size"},
        std::pair{"file.name.template", "{{key}}"}, std::pair{"file.compression.type", "rar"},
        std::pair{"file.name.timestamp.timezone", "Mars/Base"}}) {
    sdk::Properties bad = properties;
    bad[key] = value;
    const auto values = ObjectStoreSinkConnector(family).validate(bad);
    const auto found =
        std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.name == key; });
    ASSERT_NE(found, values.end());
    EXPECT_FALSE(found->errors.empty()) << key;
  }
}

}  // namespace
}  // namespace sluice::connectors::object_store
