#include "store/config_records.h"

#include <gtest/gtest.h>

namespace sluice::store {
namespace {

template <typename T>
T parse(const std::string& key, const std::optional<std::string>& value) {
  auto record = parse_config_record(key, value);
  EXPECT_TRUE(record.ok()) << record.error().message();
  EXPECT_TRUE(std::holds_alternative<T>(*record)) << key << " is of kind " << record->index();
  return std::get<T>(*record);
}

ErrorKind kind_of_error(const std::string& key, const std::optional<std::string>& value) {
  const auto record = parse_config_record(key, value);
  EXPECT_FALSE(record.ok()) << key;
  return record.ok() ? ErrorKind::kClosed : record.error().kind();
}

// Captured from Kafka Connect 4.1.0.
TEST(ConfigRecordsTest, ReadsWhatJavaWrote) {
  const auto session = parse<SessionKey>(
      "session-key",
      R"({"key":"1njPA2PE9ReWeZ0InitIC10pAwUqrsIXk8H4nWPOdj4=","algorithm":"HmacSHA256","creation-timestamp":1795357827013})");
  EXPECT_EQ(session.key.size(), 32U);
  EXPECT_EQ(session.algorithm, "HmacSHA256");
  EXPECT_EQ(session.created_ms, 1795357827013);

  const auto connector = parse<ConnectorRecord>(
      "connector-ref-src-a",
      R"({"properties":{"connector.class":"FileStreamSource","tasks.max":"1","file":"/data/in.txt","topic":"ref-topic-a","name":"ref-src-a"}})");
  EXPECT_EQ(connector.connector, "ref-src-a");
  EXPECT_EQ(*connector.config, (RawConfig{{"connector.class", "FileStreamSource"},
                                          {"tasks.max", "1"},
                                          {"file", "/data/in.txt"},
                                          {"topic", "ref-topic-a"},
                                          {"name", "ref-src-a"}}));

  EXPECT_EQ(
      parse<TargetRecord>("target-state-ref-sink-a", R"({"state":"PAUSED","state.v2":"PAUSED"})").target,
      TargetState::kPaused);
  EXPECT_EQ(
      parse<TargetRecord>("target-state-ref-src-a", R"({"state":"PAUSED","state.v2":"STOPPED"})").target,
      TargetState::kStopped);

  const auto task = parse<TaskRecord>(
      "task-ref-src-a-0",
      R"({"properties":{"file":"/data/in.txt","task.class":"org.apache.kafka.connect.file.FileStreamSourceTask"}})");
  EXPECT_EQ(task.connector, "ref-src-a");
  EXPECT_EQ(task.task, 0);
  EXPECT_EQ(task.config.at("file"), "/data/in.txt");

  EXPECT_EQ(parse<CommitRecord>("commit-ref-src-a", R"({"tasks":1})").tasks, 1);
  const auto fencing = parse<FencingRecord>("tasks-fencing-ref-src-a", R"({"task-count":1})");
  EXPECT_EQ(fencing.connector, "ref-src-a");
  EXPECT_EQ(fencing.tasks, 1);
  const auto restart =
      parse<RestartRequest>("restart-connector-ref-sink-a", R"({"include-tasks":true,"only-failed":false})");
  EXPECT_EQ(restart.connector, "ref-sink-a");
  EXPECT_TRUE(restart.include_tasks);
  EXPECT_FALSE(restart.only_failed);
  const auto logger =
      parse<LoggerRecord>("logger-cluster-org.apache.kafka.connect.file", R"({"level":"DEBUG"})");
  EXPECT_EQ(logger.logger, "org.apache.kafka.connect.file");
  EXPECT_EQ(logger.level, "DEBUG");
  EXPECT_FALSE(parse<ConnectorRecord>("connector-ref-src-a", std::nullopt).config);
  EXPECT_FALSE(parse<TargetRecord>("target-state-ref-src-a", std::nullopt).target);
}

void expect_entry(const kafka::LogEntry& entry, std::string_view key,
                  const std::optional<std::string>& value) {
  EXPECT_EQ(entry.key, key);
  EXPECT_EQ(entry.value, value);
}

TEST(ConfigRecordsTest, WritesJavasBytes) {
  expect_entry(target_entry("a", TargetState::kStarted), "target-state-a",
               R"({"state":"STARTED","state.v2":"STARTED"})");
  expect_entry(target_entry("a", TargetState::kStopped), "target-state-a",
               R"({"state":"PAUSED","state.v2":"STOPPED"})");
  expect_entry(target_entry("a", std::nullopt), "target-state-a", std::nullopt);
  expect_entry(connector_entry("a", RawConfig{{"name", "a"}, {"nothing", std::nullopt}}), "connector-a",
               R"({"properties":{"name":"a","nothing":null}})");
  expect_entry(connector_entry("a", std::nullopt), "connector-a", std::nullopt);
  expect_entry(task_entry("a-b", 12, {{"path", "/x/\"\xc3\xa4\"\n"}}), "task-a-b-12",
               "{\"properties\":{\"path\":\"/x/\\\"\xc3\xa4\\\"\\n\"}}");
  expect_entry(commit_entry("a", 3), "commit-a", R"({"tasks":3})");
  expect_entry(fencing_entry("a", 1), "tasks-fencing-a", R"({"task-count":1})");
  expect_entry(restart_entry({"a", false, true}), "restart-connector-a",
               R"({"include-tasks":true,"only-failed":false})");
  expect_entry(logger_entry("root", "WARN"), "logger-cluster-root", R"({"level":"WARN"})");
  expect_entry(session_key_entry({"abc", "HmacSHA256", 1795357827013}), "session-key",
               R"({"key":"YWJj","algorithm":"HmacSHA256","creation-timestamp":1795357827013})");
}

TEST(ConfigRecordsTest, ReadsWhatOlderWorkersWrote) {
  EXPECT_EQ(parse<TargetRecord>("target-state-a", R"({"state":"PAUSED"})").target, TargetState::kPaused);
  // A second state that is no text does not count.
  EXPECT_EQ(parse<TargetRecord>("target-state-a", R"({"state":"PAUSED","state.v2":1})").target,
            TargetState::kPaused);
}

TEST(ConfigRecordsTest, TellsTasksFromConnectorsWithDashesAndNumbers) {
  const auto parts = [](const std::string& key) {
    const auto task = parse<TaskRecord>(key, R"({"properties":{}})");
    return task.connector + "|" + std::to_string(task.task);
  };
  EXPECT_EQ(parts("task-a-0"), "a|0");
  EXPECT_EQ(parts("task-a-b-1-2"), "a-b-1|2");
  EXPECT_EQ(parts("task-a--5"), "a-|5");
  EXPECT_EQ(parts("task-a-1--"), "a|1");
  EXPECT_EQ(kind_of_error("task-5", R"({"properties":{}})"), ErrorKind::kUnsupported);
  EXPECT_EQ(kind_of_error("task-a-x", R"({"properties":{}})"), ErrorKind::kUnsupported);
  EXPECT_EQ(kind_of_error("task-a-99999999999", R"({"properties":{}})"), ErrorKind::kUnsupported);
  EXPECT_EQ(kind_of_error("task-a-0", std::nullopt), ErrorKind::kUnsupported);
}

TEST(ConfigRecordsTest, FindsDefaultsOfRestarts) {
  const auto restart = parse<RestartRequest>("restart-connector-a", R"({"include-tasks":"yes"})");
  EXPECT_FALSE(restart.include_tasks);
  EXPECT_FALSE(restart.only_failed);
  EXPECT_EQ(kind_of_error("restart-connector-a", std::nullopt), ErrorKind::kUnsupported);
}

TEST(ConfigRecordsTest, RefusesGarbage) {
  EXPECT_EQ(kind_of_error("connector-a", "{"), ErrorKind::kBadRecord);
  EXPECT_EQ(kind_of_error("whatever", "{"), ErrorKind::kBadRecord);
  for (const char* value : {"1", "\"x\"", "[]", "{}", R"({"properties":1})", R"({"properties":null})"}) {
    EXPECT_EQ(kind_of_error("connector-a", value), ErrorKind::kUnsupported) << value;
  }
  EXPECT_EQ(kind_of_error("target-state-a", R"({"state":"JUMPING"})"), ErrorKind::kUnsupported);
  EXPECT_EQ(kind_of_error("target-state-a", R"({"state":null})"), ErrorKind::kUnsupported);
  EXPECT_EQ(kind_of_error("target-state-a", "[]"), ErrorKind::kUnsupported);
  for (const char* value :
       {"{}", R"({"task-count":1.5})", R"({"task-count":-1})", R"({"task-count":5000000000})"}) {
    EXPECT_EQ(kind_of_error("tasks-fencing-a", value), ErrorKind::kUnsupported) << value;
    EXPECT_FALSE(parse<CommitRecord>("commit-a", value).tasks) << value;
  }
  EXPECT_EQ(kind_of_error("session-key", R"({"key":"?","algorithm":"a","creation-timestamp":1})"),
            ErrorKind::kUnsupported);
  EXPECT_EQ(kind_of_error("session-key", R"({"key":"YWJj","algorithm":"a","creation-timestamp":"1"})"),
            ErrorKind::kUnsupported);
  EXPECT_EQ(kind_of_error("session-key", std::nullopt), ErrorKind::kUnsupported);
  EXPECT_EQ(kind_of_error("logger-cluster-x", R"({"level":3})"), ErrorKind::kUnsupported);
  EXPECT_EQ(kind_of_error("", "{}"), ErrorKind::kUnsupported);
  EXPECT_EQ(kind_of_error("session-key-2", "{}"), ErrorKind::kUnsupported);
}

TEST(ConfigRecordsTest, TakesNullAndEmptyAsTombstones) {
  EXPECT_FALSE(parse<ConnectorRecord>("connector-a", "null").config);
  EXPECT_FALSE(parse<ConnectorRecord>("connector-a", "").config);
}

TEST(ConfigRecordsTest, TakesOtherScalarsAsTheirText) {
  const auto record = parse<ConnectorRecord>("connector-a", R"({"properties":{"n":5,"b":true,"x":null}})");
  EXPECT_EQ(*record.config, (RawConfig{{"n", "5"}, {"b", "true"}, {"x", std::nullopt}}));
}

}  // namespace
}  // namespace sluice::store
