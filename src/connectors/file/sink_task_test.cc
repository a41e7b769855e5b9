#include "connectors/file/sink_task.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "sdk/source_offsets.h"
#include "sdk/testkit/fake_contexts.h"
#include "sdk/testkit/temporary_files.h"

namespace sluice::connectors::file {
namespace {

using sdk::testkit::append_to;
using sdk::testkit::content_of;
using sdk::testkit::TemporaryFolder;

using sdk::Value;

class FileSink : public testing::Test {
 protected:
  void start(const std::string& file) {
    const Status started = task_.start({{"file", file}}, context_);
    ASSERT_TRUE(started.ok()) << started.error().message();
  }
  Status put(const std::vector<Value>& values) {
    sdk::RecordBatch batch;
    for (const Value& value : values) batch.records().emplace_back().value = value;
    return task_.put(batch);
  }

  TemporaryFolder folder_;
  sdk::testkit::GroupMemory group_;
  sdk::testkit::FakeSinkContext context_{group_, {}};
  FileSinkTask task_;
};

TEST_F(FileSink, WritesTheTextOfEveryValueAsJava) {
  const std::string file = folder_.path("out.txt");
  append_to(file, "kept\n");
  start(file);
  sdk::Arena arena;
  ASSERT_TRUE(put({Value::string("text"), Value::null(), Value::int64(7), Value::float64(1),
                   sdk::single_entry_map(arena, "a", Value::boolean(true))})
                  .ok());
  ASSERT_TRUE(task_.flush({}).ok());
  EXPECT_EQ(content_of(file), "kept\ntext\nnull\n7\n1.0\n{a=true}\n");
}

TEST_F(FileSink, WritesABatchLargerThanItsBuffer) {
  const std::string file = folder_.path("out.txt");
  start(file);
  const std::string big(700'000, 'x');
  ASSERT_TRUE(put({Value::string(big), Value::string(big), Value::string(big)}).ok());
  EXPECT_EQ(content_of(file).size(), 3 * 700'001U);
}

TEST_F(FileSink, AFolderThatIsMissingIsAnErrorThatNamesTheFile) {
  const std::string file = folder_.path("no/such/out.txt");
  const Status started = task_.start({{"file", file}}, context_);
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().message(),
            "Couldn't find or create file '" + file + "' for FileStreamSinkTask: No such file or directory");
}

/// Lets no file of this process grow beyond `bytes` for its lifetime: a full disk that needs no disk.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SmallFiles() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(FileSink, AFullDiskTakesTheBatchBackAndFails) {
  const std::string file = folder_.path("out.txt");
  start(file);
  ASSERT_TRUE(put({Value::string("first")}).ok());
  {
    const SmallFiles limit(10);
    const Status full = put({Value::string("second"), Value::string("third")});
    ASSERT_FALSE(full.ok());
    EXPECT_EQ(full.error().kind(), ErrorKind::kFailed);
    EXPECT_NE(full.error().message().find(file), std::string::npos);
    EXPECT_NE(full.error().message().find("cut back"), std::string::npos) << full.error().message();
  }
  EXPECT_EQ(content_of(file), "first\n");
  ASSERT_TRUE(put({Value::string("second"), Value::string("third")}).ok());
  EXPECT_EQ(content_of(file), "first\nsecond\nthird\n");
}

TEST_F(FileSink, NeverCutsWhatAnotherWriterAppended) {
  const std::string file = folder_.path("out.txt");
  OutputFile output;
  ASSERT_TRUE(output.open(file).ok());
  output.begin();
  ASSERT_TRUE(output.append("ours\n", context_.stop()).ok());
  append_to(file, "theirs\n");
  EXPECT_FALSE(output.undo());
  EXPECT_EQ(content_of(file), "ours\ntheirs\n");
}

TEST_F(FileSink, WithoutAFileItWritesStandardOutput) {
  testing::internal::CaptureStdout();
  ASSERT_TRUE(task_.start({}, context_).ok());
  ASSERT_TRUE(put({Value::string("shown")}).ok());
  ASSERT_TRUE(task_.flush({}).ok());
  task_.stop();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "shown\n");
}

TEST_F(FileSink, ADeviceThatIsFullIsAnError) {
  start("/dev/full");
  const Status full = put({Value::string("x")});
  ASSERT_FALSE(full.ok());
  EXPECT_NE(full.error().message().find("No space left on device"), std::string::npos);
}

}  // namespace
}  // namespace sluice::connectors::file
