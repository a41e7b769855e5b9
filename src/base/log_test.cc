#include "base/log.h"

#include <gtest/gtest.h>

#include "base/logger_names.h"

namespace sluice::log {
namespace {

using Names = std::vector<std::string>;

class LogTest : public testing::Test {
 protected:
  void TearDown() override { set_level(kRootLogger, Level::kInfo, 0); }
};

TEST(LoggerNames, AreThoseOfTheJavaWorker) {
  EXPECT_EQ(logger_name("/home/me/src/sluice/src/tasks/sink_task_runner.cc"),
            "org.apache.kafka.connect.runtime.WorkerSinkTask");
  EXPECT_EQ(logger_name("src/cluster/anything.h"),
            "org.apache.kafka.connect.runtime.distributed.DistributedHerder");
  EXPECT_EQ(logger_name("src/connectors/mine/task.cc"), "sluice.connectors.mine");
}

TEST_F(LogTest, ALevelIsSetByPrefix) {
  EXPECT_EQ(set_level("x.y", Level::kDebug, 7), Names{"x.y"});
  EXPECT_EQ(set_level("x.y", Level::kDebug, 8), Names{});
  EXPECT_EQ(loggers().at("x.y").last_modified_ms, 7);
  EXPECT_EQ(set_level("x", Level::kTrace, 9), (Names{"x", "x.y"}));
  EXPECT_TRUE(enabled(Level::kTrace));
  EXPECT_EQ(set_level("x", Level::kOff, 10), (Names{"x", "x.y"}));
  EXPECT_FALSE(enabled(Level::kDebug));
}

TEST_F(LogTest, TheRootSetsAll) {
  const Names changed = set_level(kRootLogger, Level::kWarn, 1);
  EXPECT_EQ(changed.size(), loggers().size());
  EXPECT_FALSE(enabled(Level::kInfo));
  EXPECT_TRUE(set_level(kRootLogger, Level::kWarn, 2).empty());
}

TEST_F(LogTest, EachFileAsksItsOwnLogger) {
  testing::internal::CaptureStderr();
  set_level("sluice.base", Level::kError, 1);
  warn("not {}", "this");
  write(Level::kWarn, "but this", "src/tasks/worker.cc");
  set_level("sluice.base", Level::kDebug, 1);
  debug("and {}", "that");
  const std::string lines = testing::internal::GetCapturedStderr();
  EXPECT_EQ(lines.find("not this"), std::string::npos) << lines;
  EXPECT_NE(lines.find("but this"), std::string::npos) << lines;
  EXPECT_NE(lines.find("and that"), std::string::npos) << lines;
}

TEST(LogLevels, AreReadInAnyCase) {
  EXPECT_EQ(parse_level("debug"), Level::kDebug);
  EXPECT_EQ(parse_level("bogus"), std::nullopt);
  EXPECT_EQ(level_name(Level::kFatal), "FATAL");
}

}  // namespace
}  // namespace sluice::log
