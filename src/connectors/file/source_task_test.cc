#include "connectors/file/source_task.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "connectors/file/connector.h"
#include "sdk/testkit/source_run.h"
#include "sdk/testkit/temporary_files.h"

namespace sluice::connectors::file {
namespace {

using sdk::testkit::append_to;
using sdk::testkit::TemporaryFolder;

using sdk::Value;
using sdk::testkit::OffsetMemory;
using sdk::testkit::SourceRun;

class FileSource : public testing::Test {
 protected:
  std::unique_ptr<SourceRun> run(sdk::Properties extra = {},
                                 size_t line_bytes_max = LineReader::kLineBytesMax) {
    sdk::SourcePlugin plugin;
    plugin.task = [line_bytes_max] {
      return std::make_unique<FileSourceTask>(system_clock(), line_bytes_max);
    };
    sdk::Properties properties{{"file", file_}, {"topic", "lines"}};
    extra.merge(properties);
    auto made = std::make_unique<SourceRun>(plugin, extra, offsets_);
    const Status started = made->start();
    EXPECT_TRUE(started.ok()) << (started.ok() ? "" : started.error().message());
    return made;
  }
  static std::vector<std::string> values(const SourceRun& run) {
    std::vector<std::string> result;
    for (const auto& record : run.records()) result.push_back(record.value);
    return result;
  }
  void remember_position(const Value& position) {
    sdk::Arena arena;
    offsets_.store(sdk::single_entry_map(arena, "filename", Value::string(file_)),
                   sdk::single_entry_map(arena, "position", position));
  }

  TemporaryFolder folder_;
  std::string file_ = folder_.path("in.txt");
  OffsetMemory offsets_;
};

using Lines = std::vector<std::string>;

TEST_F(FileSource, RecordsAreAsJavas) {
  append_to(file_, "first\nsecond\r\nthird");
  auto run = this->run();
  ASSERT_TRUE(run->poll_until(2).ok());
  EXPECT_EQ(values(*run), (Lines{"first", "second"}));
  EXPECT_EQ(run->records()[0].topic, "lines");
  EXPECT_EQ(run->records()[0].key, "null");
  EXPECT_EQ(run->records()[0].partition, "{\"filename\":\"" + file_ + "\"}");
  EXPECT_EQ(run->records()[0].offset, "{\"position\":6}");
  EXPECT_EQ(run->records()[1].offset, "{\"position\":14}");
}

TEST_F(FileSource, ALastLineWaitsForItsEnd) {
  append_to(file_, "whole\nhalf");
  auto run = this->run();
  ASSERT_TRUE(run->poll().ok());
  EXPECT_EQ(values(*run), (Lines{"whole"}));
  append_to(file_, " done\n");
  ASSERT_TRUE(run->poll_until(2).ok());
  EXPECT_EQ(values(*run), (Lines{"whole", "half done"}));
}

TEST_F(FileSource, GoesOnAtTheStoredByte) {
  append_to(file_, "sch\xC3\xB6n\nsecond\nthird\n");
  remember_position(Value::int64(7));
  auto run = this->run();
  ASSERT_TRUE(run->poll_until(2).ok());
  EXPECT_EQ(values(*run), (Lines{"second", "third"})) << "bytes are counted, not characters";
}

TEST_F(FileSource, APollReturnsNoMoreThanTheBatchSize) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "line " + std::to_string(i) + "\n";
  append_to(file_, text);
  auto run = this->run({{"batch.size", "700"}});
  ASSERT_TRUE(run->poll_until(5000).ok());
  size_t in_batch = 0;
  for (size_t i = 0; i < 5000; ++i) {
    in_batch = i > 0 && run->records()[i].batch == run->records()[i - 1].batch ? in_batch + 1 : 1;
    EXPECT_LE(in_batch, 700U);
    EXPECT_EQ(run->records()[i].value, "line " + std::to_string(i));
  }
}

TEST_F(FileSource, AMissingFileIsWaitedFor) {
  auto run = this->run();
  ASSERT_TRUE(run->poll().ok());
  EXPECT_TRUE(run->records().empty());
  append_to(file_, "here\n");
  ASSERT_TRUE(run->poll_until(1).ok());
}

TEST_F(FileSource, AWrongStoredOffsetIsAClearError) {
  append_to(file_, "a\n");
  for (const Value& wrong : {Value::string("7"), Value::int64(-1), Value::float64(1.5)}) {
    remember_position(wrong);
    FileSourceTask task;
    sdk::testkit::FakeSourceContext context(offsets_);
    const Status started = task.start({{"file", file_}, {"topic", "lines"}}, context);
    ASSERT_FALSE(started.ok());
    EXPECT_EQ(started.error().kind(), ErrorKind::kFailed);
    EXPECT_NE(started.error().message().find("Offset position is the incorrect type"), std::string::npos);
    EXPECT_NE(started.error().message().find(file_), std::string::npos);
  }
}

TEST_F(FileSource, BinaryBecomesTextAsInJava) {
  append_to(file_, std::string("a\0b\xFF\n\x80\x80\n", 8));
  auto run = this->run();
  ASSERT_TRUE(run->poll_until(2).ok());
  EXPECT_EQ(values(*run), (Lines{std::string("a\0b\xEF\xBF\xBD", 6), "\xEF\xBF\xBD\xEF\xBF\xBD"}));
  EXPECT_EQ(run->records()[1].offset, "{\"position\":8}");
}

TEST_F(FileSource, ALineOfAHundredMegabytesPasses) {
  append_to(file_, "before\n" + std::string(100'000'000, 'x') + "\nafter\n");
  auto run = this->run();
  ASSERT_TRUE(run->poll_until(3).ok());
  EXPECT_EQ(run->records()[1].value.size(), 100'000'000U);
  EXPECT_EQ(run->records()[2].value, "after");
}

TEST_F(FileSource, ALineBeyondTheLimitIsAnErrorThatNamesItsPlace) {
  append_to(file_, "ok\n" + std::string(3'000'000, 'x'));
  auto run = this->run({}, 1'000'000);
  ASSERT_TRUE(run->poll().ok());
  EXPECT_EQ(values(*run), (Lines{"ok"})) << "what came before it is delivered first";
  const Status polled = run->poll();
  ASSERT_FALSE(polled.ok());
  EXPECT_NE(polled.error().message().find("byte 3 of '" + file_ + "'"), std::string::npos)
      << polled.error().message();
}

TEST_F(FileSource, AFolderOrAForbiddenFileFailsAtOnce) {
  file_ = folder_.path("sub");
  std::filesystem::create_directory(file_);
  auto run = this->run();
  const Status polled = run->poll();
  ASSERT_FALSE(polled.ok());
  EXPECT_NE(polled.error().message().find("is a directory"), std::string::npos);
}

TEST_F(FileSource, AFileCutShortIsLeftAloneUntilItGrowsAgain) {
  append_to(file_, "one\ntwo\n");
  auto run = this->run();
  ASSERT_TRUE(run->poll_until(2).ok());
  std::filesystem::resize_file(file_, 2);
  ASSERT_TRUE(run->poll().ok());
  EXPECT_EQ(run->records().size(), 2U);
  append_to(file_, "abcdef\nthree\n");
  ASSERT_TRUE(run->poll_until(4).ok());
  EXPECT_EQ(run->records()[3].value, "three");
}

TEST_F(FileSource, ReadsANamedPipeAndHearsStopMeanwhile) {
  ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
  auto run = this->run();
  std::thread writer([this] { append_to(file_, "through\nthe\npipe\n"); });
  ASSERT_TRUE(run->poll_until(3).ok());
  writer.join();
  EXPECT_EQ(values(*run), (Lines{"through", "the", "pipe"}));
  auto polled = std::async(std::launch::async, [&] { return run->poll().ok(); });
  run->context().request_stop();
  EXPECT_EQ(polled.wait_for(std::chrono::milliseconds(900)), std::future_status::ready);
}

/// Puts the reading end of a pipe in the place of standard input for its lifetime.
class FakeInput {
 public:
  FakeInput() : before_(::dup(STDIN_FILENO)) {
    EXPECT_EQ(::pipe(ends_), 0);
    EXPECT_EQ(::dup2(ends_[0], STDIN_FILENO), STDIN_FILENO);
  }
  ~FakeInput() {
    ::dup2(before_, STDIN_FILENO);
    for (const int end : {ends_[0], before_}) ::close(end);
    close();
  }
  void write(std::string_view text) {
    EXPECT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void close() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  const int before_;
  int ends_[2] = {-1, -1};
};

TEST_F(FileSource, WithoutAFileItReadsStandardInputAndTracksNoOffset) {
  FakeInput input;
  sdk::SourcePlugin plugin;
  plugin.task = [] { return std::make_unique<FileSourceTask>(); };
  SourceRun run(plugin, {{"topic", "lines"}}, offsets_);
  ASSERT_TRUE(run.start().ok());
  input.write("typed\nhalf");
  ASSERT_TRUE(run.poll_until(1).ok());
  EXPECT_EQ(run.records()[0].value, "typed");
  EXPECT_EQ(run.records()[0].partition, R"({"filename":null})");
  EXPECT_EQ(run.records()[0].offset, R"({"position":null})");
  input.write(" line\n");
  ASSERT_TRUE(run.poll_until(2).ok());
  EXPECT_EQ(run.records()[1].value, "half line");
  input.close();
  ASSERT_TRUE(run.poll().ok()) << "the end of input is no error";
  run.context().request_stop();
  ASSERT_TRUE(run.poll().ok());
}

TEST_F(FileSource, ManyReturnsWithoutANewlineAreNotSearchedAgainAndAgain) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "0123456789\r";
  append_to(file_, text + "x");
  auto run = this->run({{"batch.size", "100000"}});
  const auto before = std::chrono::steady_clock::now();
  ASSERT_TRUE(run->poll_until(100'000).ok());
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
}

sdk::PartitionAndOffset entry(sdk::Arena& arena, const Value& position) {
  return {sdk::single_entry_map(arena, "filename", Value::string("f")),
          sdk::single_entry_map(arena, "position", position)};
}

TEST(FileSourceConnector, ChecksAlteredOffsetsAsJavaDoes) {
  FileSourceConnector connector;
  sdk::Arena arena;
  const sdk::Properties properties{{"file", "f"}, {"topic", "t"}};
  const auto message = [&](const sdk::PartitionAndOffset& one) {
    const auto result = connector.alter_offsets(properties, std::span(&one, 1));
    return result.ok() ? std::string(*result ? "true" : "false") : result.error().message();
  };
  EXPECT_EQ(message(entry(arena, Value::int64(0))), "true");
  EXPECT_EQ(message({Value::null(), Value::null()}), "true");
  EXPECT_EQ(message(entry(arena, Value::string("0"))),
            "The value for the 'position' key in the offset is expected to be a Long value");
  EXPECT_EQ(message(entry(arena, Value::int64(-1))),
            "The value for the 'position' key in the offset should be a non-negative value");
  EXPECT_EQ(
      message({entry(arena, Value::null()).partition, sdk::single_entry_map(arena, "x", Value::int64(1))}),
      "Offset objects should either be null or contain the key 'position'");
  EXPECT_EQ(message({sdk::single_entry_map(arena, "x", Value::null()), entry(arena, Value::int64(1)).offset}),
            "Partition objects should contain the key 'filename'");
  EXPECT_EQ(message({Value::null(), entry(arena, Value::int64(1)).offset}),
            "Partition objects cannot be null");
  EXPECT_EQ(connector.alter_offsets({{"topic", "t"}}, {}).error().message().substr(0, 43),
            "Offsets cannot be modified if the 'file' co");
}

TEST(FileSourceConnector, SupportsExactlyOnceForFilesOnly) {
  FileSourceConnector connector;
  EXPECT_EQ(connector.exactly_once_support({{"file", "f"}}), sdk::ExactlyOnceSupport::kSupported);
  EXPECT_EQ(connector.exactly_once_support({{"file", ""}}), sdk::ExactlyOnceSupport::kUnsupported);
  EXPECT_EQ(connector.exactly_once_support({}), sdk::ExactlyOnceSupport::kUnsupported);
}

}  // namespace
}  // namespace sluice::connectors::file
