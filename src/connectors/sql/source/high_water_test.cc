#include "connectors/sql/source/high_water.h"

#include <gtest/gtest.h>

#include <limits>

#include "connectors/sql/dialect.h"

namespace sluice::connectors::sql {
namespace {

using Names = std::vector<std::string>;

/// Says what it is told to.
class Database final : public Connection {
 public:
  const Dialect& dialect() const override { return **find_dialect("SqliteDatabaseDialect"); }
  bool usable() const override { return true; }
  Result<std::vector<TableId>> tables(const TablePattern&) override { return std::vector<TableId>{}; }
  Result<TableShape> describe(const TableId&) override { return TableShape{}; }
  Result<Instant> now() override { return Instant{++seconds, 0}; }
  Result<std::unique_ptr<Cursor>> query(const Statement&, const Zone&, size_t) override {
    return failed("no rows here");
  }
  Result<std::optional<Names>> running_transactions() override { return running; }
  Result<Answer> execute(const std::string&, std::span<const Scalar>, std::string_view) override {
    ++asked_for_ids;
    Answer answer;
    answer.rows = {{highest}};
    return answer;
  }
  Status begin() override { return {}; }
  Status commit() override { return {}; }
  void rollback() override {}
  Result<std::unique_ptr<RowWriter>> writer(TableWrite, const WriteOptions&) override {
    return failed("no rows here");
  }

  std::optional<Names> running = Names{};
  std::optional<std::string> highest;
  int64_t seconds = 0;
  int asked_for_ids = 0;
};

class StandingClock final : public Clock {
 public:
  int64_t wall_ms() const override { return now_ms; }
  int64_t steady_ms() const override { return now_ms; }
  int64_t now_ms = 0;
};

class HighWaterTest : public testing::Test {
 protected:
  /// The bound's id, "none", or "wait".
  std::string advance() {
    const auto bound = water_.advance(database_, "SELECT MAX(id) FROM t", "table t");
    EXPECT_TRUE(bound.ok());
    if (!*bound) return "wait";
    return (*bound)->id ? std::to_string(*(*bound)->id) : "none";
  }
  Database database_;
  StandingClock clock_;
  HighWater water_{60'000, clock_};
};

TEST_F(HighWaterTest, ReadsNothingOfATableThatWasEmpty) {
  // Of rows that come now, one of a higher id may be visible first.
  EXPECT_EQ(advance(), std::to_string(std::numeric_limits<int64_t>::min()));
  database_.highest = "2";
  database_.running = Names{"11"};
  EXPECT_EQ(advance(), std::to_string(std::numeric_limits<int64_t>::min()));
  database_.running = Names{};
  EXPECT_EQ(advance(), "2");
}

TEST_F(HighWaterTest, WaitsForWhoRanAtThatMoment) {
  database_.highest = "7";
  database_.running = Names{"11", "12"};
  EXPECT_EQ(advance(), "wait");
  database_.highest = "9";
  database_.running = Names{"12", "13"};
  EXPECT_EQ(advance(), "wait");
  EXPECT_TRUE(water_.is_held_back());
  database_.running = Names{"13", "14"};
  EXPECT_EQ(advance(), "7");
  database_.running = Names{"14"};
  EXPECT_EQ(advance(), "9");
}

TEST_F(HighWaterTest, WaitsNoLongerThanItMay) {
  database_.highest = "7";
  database_.running = Names{"11"};
  EXPECT_EQ(advance(), "wait");
  clock_.now_ms = 60'000;
  EXPECT_EQ(advance(), "7");
}

TEST_F(HighWaterTest, AsksForNothingWhereTheDatabaseDoesNotTell) {
  database_.running.reset();
  EXPECT_EQ(advance(), "none");
  EXPECT_EQ(advance(), "none");
  EXPECT_EQ(database_.asked_for_ids, 0);
}

}  // namespace
}  // namespace sluice::connectors::sql
