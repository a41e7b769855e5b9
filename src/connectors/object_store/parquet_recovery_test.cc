// Parquet through its module: an inferred schema that widens after it was frozen, and the same while a
// declared range is finished with less memory than its first owner had.

#include <gtest/gtest.h>
#include <parquet/file_reader.h>

#include <cstdlib>
#include <thread>

#include "connectors/object_store/sink_task.h"
#include "connectors/object_store/test_world.h"
#include "sdk/testkit/fake_contexts.h"

namespace sluice::connectors::object_store {
namespace {

using sdk::TopicPartition;
using sdk::Value;

class ParquetTaskTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto build = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "../../..";
    setenv("SLUICE_MODULE_PATH", (build / "modules").c_str(), 0);
  }
  void SetUp() override {
    properties_ = json_to_folder(folder_.path(), 1000);
    properties_["format.class"] = "ParquetFormat";
    properties_["sluice.buffer.memory"] = "1048576";
  }

  /// Records [from, to); from `wide_from` on they have a field more.
  void fill(sdk::RecordBatch& batch, int64_t from, int64_t to, int64_t wide_from) {
    const std::string text(20'000, 'x');
    for (int64_t offset = from; offset < to; ++offset) {
      auto* entries = batch.arena().array<sdk::MapEntry>(3);
      entries[0] = {Value::string("offset"), Value::int64(offset)};
      entries[1] = {Value::string("text"), Value::string(batch.arena().copy(text))};
      entries[2] = {Value::string("late"), Value::float64(0.5)};
      sdk::Record record;
      record.topic = "t";
      record.partition = 0;
      record.offset = offset;
      record.value = Value::map({entries, offset >= wide_from ? size_t{3} : size_t{2}});
      batch.records().push_back(record);
    }
  }

  /// Consumes up to `end`, rewinds followed; until everything is committed or `stop_at` is read.
  void run(int64_t end, int64_t wide_from, int64_t committed) {
    ObjectStoreSinkTask task(confluent_family());
    ASSERT_TRUE(task.start(properties_, context_).ok());
    ASSERT_TRUE(task.open(std::vector{kPartition}).ok());
    int64_t position = std::max<int64_t>(0, group_[kPartition].offset);
    for (int i = 0;
         i < 3000 && (group_[kPartition].offset != committed || !group_[kPartition].metadata.empty()); ++i) {
      sdk::RecordBatch batch;
      const int64_t next = std::min(end, position + 20);
      fill(batch, position, next, wide_from);
      const auto put = task.put(batch);
      if (!put.ok()) {
        ASSERT_EQ(put.error().kind(), ErrorKind::kRetry) << put.error().message();
        continue;
      }
      position = next;
      for (const auto& [partition, offset] : context_.take_rewinds()) {
        position = offset;
        ++rewinds_;
      }
      if (position == end) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_EQ(group_[kPartition].offset, committed);
    ASSERT_TRUE(task.close(std::vector{kPartition}).ok());
  }

  /// "rows x columns" of every file.
  std::vector<std::string> shapes() const {
    std::vector<std::string> found;
    for (const std::string& name : files_below(folder_.path() / "lake")) {
      const auto file = parquet::ParquetFileReader::OpenFile((folder_.path() / "lake" / name).string());
      found.push_back(std::to_string(file->metadata()->num_rows()) + "x" +
                      std::to_string(file->metadata()->num_columns()));
    }
    return found;
  }

  inline static const TopicPartition kPartition{"t", 0};
  TemporaryFolder folder_;
  sdk::Properties properties_;
  sdk::testkit::GroupMemory group_;
  sdk::testkit::FakeSinkContext context_{group_, {kPartition}};
  int rewinds_ = 0;
};

TEST_F(ParquetTaskTest, AWideningAfterTheFreezeIsARotation) {
  properties_["flush.size"] = "200";
  run(320, 120, 320);
  EXPECT_EQ(shapes(), (std::vector<std::string>{"120x2", "200x3"}));
}

TEST_F(ParquetTaskTest, ADeclaredRangeIsOneFileHoweverItsSchemaWidens) {
  Intent intent;
  intent.start = 0;
  intent.end = 300;
  intent.keys = {{"format.class", "ParquetFormat"},
                 {"s3.bucket.name", "lake"},
                 {"store.url", "file://" + folder_.path().string()},
                 {"parquet.codec", "zstd"}};
  group_[kPartition] = {0, intent.text()};
  properties_["parquet.codec"] = "none";
  run(300, 250, 300);
  EXPECT_EQ(rewinds_, 1);
  EXPECT_EQ(shapes(), (std::vector<std::string>{"300x3"}));
  EXPECT_EQ(files_below(folder_.path() / "lake").front(), "topics/t/partition=0/t+0+0000000000.zstd.parquet");
}

}  // namespace
}  // namespace sluice::connectors::object_store
