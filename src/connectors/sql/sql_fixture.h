#pragma once
// What the tests of this folder share: an SQLite database in a temporary folder, and tasks of the source.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

#include "connectors/sql/source/task.h"
#include "sdk/testkit/source_run.h"
#include "sdk/testkit/temporary_files.h"

namespace sluice::connectors::sql {

class SqliteFile {
 public:
  SqliteFile() { sqlite3_open(path().c_str(), &database_); }
  ~SqliteFile() { sqlite3_close_v2(database_); }
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  std::string path() const { return folder_.path("data.db"); }
  std::string url() const { return "jdbc:sqlite:" + path(); }
  void run(const std::string& sql) {
    char* message = nullptr;
    const int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, &message);
    ASSERT_EQ(code, SQLITE_OK) << sql << ": " << (message == nullptr ? "" : message);
  }
  /// The rows of a result, cells joined by '|', nulls as "null"; none if there is an error.
  std::vector<std::string> query(const std::string& sql) {
    std::vector<std::string> rows;
    const auto add_row = [](void* to, int count, char** cells, char**) {
      std::string row;
      for (int i = 0; i < count; ++i)
        row += (i > 0 ? "|" : "") + std::string(cells[i] == nullptr ? "null" : cells[i]);
      static_cast<std::vector<std::string>*>(to)->push_back(row);
      return 0;
    };
    sqlite3_exec(database_, sql.c_str(), add_row, &rows, nullptr);
    return rows;
  }

 private:
  sdk::testkit::TemporaryFolder folder_;
  sqlite3* database_ = nullptr;
};

/// A task of the Confluent flavour on `properties`; the run has its own copy of everything but the offsets.
inline std::unique_ptr<sdk::testkit::SourceRun> sql_run(const sdk::Properties& properties,
                                                        sdk::testkit::OffsetMemory& offsets) {
  sdk::SourcePlugin plugin;
  plugin.task = [] { return std::make_unique<SqlSourceTask>(Flavour::kConfluent); };
  return std::make_unique<sdk::testkit::SourceRun>(plugin, properties, offsets);
}

inline std::vector<std::string> values_of(const sdk::testkit::SourceRun& run) {
  std::vector<std::string> values;
  for (const auto& record : run.records()) values.push_back(record.value);
  return values;
}

inline std::string message_of(const Status& status) { return status.ok() ? "" : status.error().message(); }

/// For fixtures of the source's tests: tasks that read one database, and their offsets.
class SourceRuns {
 protected:
  virtual ~SourceRuns() = default;
  /// How to reach the database, and what is read unless a test says otherwise: `tables` and `topic.prefix`.
  virtual sdk::Properties defaults() const = 0;

  std::unique_ptr<sdk::testkit::SourceRun> make(sdk::Properties properties) {
    sdk::Properties more = defaults();
    if (properties.count("query") != 0) more.erase("tables");
    more.emplace("poll.interval.ms", "20");
    properties.merge(more);
    return sql_run(properties, offsets_);
  }
  std::unique_ptr<sdk::testkit::SourceRun> start(const sdk::Properties& properties) {
    auto run = make(properties);
    const Status started = run->start();
    EXPECT_TRUE(started.ok()) << message_of(started);
    return run;
  }
  /// The value of a query's first row.
  std::string read_one(const std::string& query, sdk::Properties more = {}) {
    more.emplace("mode", "bulk");
    more.emplace("query", query);
    auto run = start(more);
    const Status polled = run->poll_until(1);
    EXPECT_TRUE(polled.ok()) << message_of(polled);
    return run->records().empty() ? "" : run->records()[0].value;
  }
  /// The error of the first poll that has one.
  static Status poll_to_error(sdk::testkit::SourceRun& run) {
    for (int i = 0; i < 50; ++i) {
      if (Status polled = run.poll(); !polled.ok()) return polled;
    }
    return {};
  }

  const sdk::Properties by_id_{{"mode", "incrementing"}, {"incrementing.column.name", "id"}};
  const sdk::Properties by_time_{{"mode", "timestamp"}, {"timestamp.column.name", "at"}};
  const sdk::Properties by_both_{{"mode", "timestamp+incrementing"},
                                 {"incrementing.column.name", "id"},
                                 {"timestamp.column.name", "at"}};
  sdk::testkit::OffsetMemory offsets_;
};

}  // namespace sluice::connectors::sql
