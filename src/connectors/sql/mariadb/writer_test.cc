// Writing MySQL and MariaDB; needs SLUICE_TEST_MARIADB
// (tests/system/test_sql_units.py gives it).

#include <cmath>

#include "connectors/sql/mariadb/fixture.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Value;
using Texts = std::vector<std::string>;

constexpr CellType kInteger{CellKind::kInteger, TimeUnit::kMs, false, CellKind::kText};
constexpr CellType kText{};

CellType cells(CellKind kind, TimeUnit unit = TimeUnit::kMs, bool wall_clock = false) {
  return {kind, unit, wall_clock, CellKind::kText};
}

TEST(MariaDbDialect, CountsCharactersOfNames) {
  std::string name;
  for (int i = 0; i < 64; ++i) name += "é";
  EXPECT_EQ(mysql_dialect().fit(name), name);
  EXPECT_EQ(mysql_dialect().fit(name + "é"), name);
  EXPECT_EQ(mysql_dialect().quote("a`b"), "`a``b`");
}

class MariaDbWriting : public MariaDbTest {
 protected:
  /// What is to be written to table t, of cells given by column; the columns
  /// are described by the database.
  Result<std::unique_ptr<RowWriter>> writer(WriteKind kind,
                                            const std::vector<std::pair<std::string, CellType>>& keys,
                                            const std::vector<std::pair<std::string, CellType>>& others) {
    const auto shape = connection_->describe({"", "", "t"});
    if (!shape.ok()) return shape.error();
    TableWrite write;
    write.table.table = "t";
    write.table_type = shape->type;
    write.kind = kind;
    const auto fill = [&](const auto& from, std::vector<WriteColumn>& to) {
      for (const auto& [name, type] : from) {
        for (const Column& column : shape->columns)
          if (column.name == name) to.push_back({name, type, column});
      }
    };
    fill(keys, write.keys);
    fill(others, write.others);
    return connection_->writer(write, options_);
  }
  /// "" or the error, after which everything is rolled back.
  std::string write(Result<std::unique_ptr<RowWriter>> writer, const std::vector<Value>& row_cells,
                    size_t columns) {
    if (!writer.ok()) return writer.error().message();
    EXPECT_TRUE(connection_->begin().ok());
    Status done = (*writer)->write({row_cells, columns});
    if (done.ok()) done = (*writer)->finish();
    if (done.ok()) done = connection_->commit();
    if (done.ok()) return "";
    kind_ = done.error().kind();
    connection_->rollback();
    return done.error().message();
  }
  Texts rows(const std::string& sql = "SELECT * FROM t ORDER BY 1") { return database_->query(sql); }

  WriteOptions options_;
  ErrorKind kind_ = ErrorKind::kClosed;
};

TEST_F(MariaDbWriting, WritesEveryKindInEveryWay) {
  database_->run(
      "CREATE TABLE t(id BIGINT PRIMARY KEY, b TINYINT(1), i INT, f "
      "FLOAT, d DOUBLE, s TEXT, r BLOB, n DECIMAL(20,3), "
      "dd DATE, tt TIME(6), dt DATETIME(6), ts TIMESTAMP(6) NULL)");
  sdk::Arena arena;
  const auto row = [&](int64_t id, std::string_view text) {
    return std::vector<Value>{Value::int64(id),
                              Value::boolean(true),
                              Value::int32(-5),
                              Value::float32(0.1F),
                              Value::float64(-1e300),
                              Value::string(text),
                              Value::bytes(BytesView("\0\xff\\", 3)),
                              Value::decimal(sdk::unscaled_of(arena, -1'234'567), 3),
                              Value::date(-719'162),
                              Value::int64(86'399'999'999),
                              Value::int64(1'700'000'000'123'456),
                              Value::int64(1'700'000'000'123'456)};
  };
  const std::vector<std::pair<std::string, CellType>> keys{{"id", kInteger}};
  const std::vector<std::pair<std::string, CellType>> others{
      {"b", cells(CellKind::kBoolean)},
      {"i", kInteger},
      {"f", cells(CellKind::kFloat32)},
      {"d", cells(CellKind::kFloat64)},
      {"s", kText},
      {"r", cells(CellKind::kBytes)},
      {"n", cells(CellKind::kDecimal)},
      {"dd", cells(CellKind::kDate)},
      {"tt", cells(CellKind::kTime, TimeUnit::kMicros)},
      {"dt", cells(CellKind::kTimestamp, TimeUnit::kMicros)},
      {"ts", cells(CellKind::kTimestamp, TimeUnit::kMicros)}};
  std::vector<Value> block = row(0, "Zoë's \\ 🌊");
  block.emplace_back(Value::int64(2));
  block.resize(24);
  const std::string shown = "SELECT id, b, i, f, d, s, HEX(r), n, dd, tt, dt, ts FROM t ORDER BY id";
  const std::string first =
      "0|1|-5|0.1|-1e300|Zoë's \\ "
      "🌊|00FF5C|-1234.567|0001-01-01|23:59:59.999999|"
      "2023-11-14 22:13:20.123456|"
      "2023-11-14 22:13:20.123456";
  const std::string second = "2|null|null|null|null|null|null|null|null|null|null|null";
  EXPECT_EQ(write(writer(WriteKind::kInsert, keys, others), block, 12), "");
  EXPECT_EQ(rows(shown), (Texts{first, second}));
  EXPECT_EQ(write(writer(WriteKind::kUpsert, keys, others), row(2, "new"), 12), "");
  std::string changed = first;
  changed.replace(0, 1, "2").replace(changed.find("Zoë"), sizeof("Zoë's \\ 🌊") - 1, "new");
  EXPECT_EQ(rows(shown), (Texts{first, changed}));
  std::vector<Value> update(block.begin() + 1, block.begin() + 12);
  update.push_back(Value::int64(2));
  EXPECT_EQ(write(writer(WriteKind::kUpdate, keys, others), update, 12), "");
  changed.replace(changed.find("new"), 3, "Zoë's \\ 🌊");
  EXPECT_EQ(rows(shown), (Texts{first, changed}));
  EXPECT_EQ(write(writer(WriteKind::kDelete, keys, {}), {Value::int64(0), Value::int64(7)}, 1), "");
  EXPECT_EQ(rows("SELECT id FROM t"), (Texts{"2"}));
}

TEST_F(MariaDbWriting, ConvertsToWhatTheColumnDeclares) {
  database_->run(
      "CREATE TABLE t(id INT PRIMARY KEY, a VARCHAR(40), b "
      "VARCHAR(40), c VARCHAR(40), d DATE, e TIME, f YEAR, g "
      "DECIMAL(10,2), h BIT(1), i TINYTEXT, j DATETIME(3))");
  sdk::Arena arena;
  const auto stamp = cells(CellKind::kTimestamp);
  options_.zone = *Zone::find("Europe/Berlin");
  const std::vector<Value> row{Value::int32(1),      Value::timestamp(0),
                               Value::date(1),       Value::float32(0.1F),
                               Value::timestamp(0),  Value::timestamp(0),
                               Value::date(20'000),  Value::string("12.34"),
                               Value::boolean(true), Value::decimal(sdk::unscaled_of(arena, 150), 2),
                               Value::date(0)};
  EXPECT_EQ(write(writer(WriteKind::kInsert, {{"id", kInteger}},
                         {{"a", stamp},
                          {"b", cells(CellKind::kDate)},
                          {"c", cells(CellKind::kFloat32)},
                          {"d", stamp},
                          {"e", stamp},
                          {"f", cells(CellKind::kDate)},
                          {"g", kText},
                          {"h", cells(CellKind::kBoolean)},
                          {"i", cells(CellKind::kDecimal)},
                          {"j", cells(CellKind::kDate)}}),
                  row, 11),
            "");
  EXPECT_EQ(rows("SELECT id, a, b, c, d, e, f, g, h+0, i, j FROM t"),
            (Texts{"1|1970-01-01 "
                   "01:00:00.000000|1970-01-02|0.1|1970-01-01|01:00:00|2024|12."
                   "34|1|1.50|"
                   "1970-01-01 00:00:00.000"}));
}

TEST_F(MariaDbWriting, RefusesBadRows) {
  database_->run(
      "CREATE TABLE t(id INT PRIMARY KEY, s VARCHAR(3), n INT NOT "
      "NULL DEFAULT 1, f DOUBLE, d DATETIME, "
      "CONSTRAINT small CHECK (n < 100))");
  const std::vector<std::pair<std::string, CellType>> keys{{"id", kInteger}};
  const auto refused = [&](const std::string& column, CellType type, const Value& cell,
                           std::string_view why) {
    kind_ = ErrorKind::kClosed;
    const std::string message =
        write(writer(WriteKind::kInsert, keys, {{column, type}}), {Value::int32(1), cell}, 2);
    EXPECT_NE(message.find(why), std::string::npos) << message;
    EXPECT_EQ(kind_, ErrorKind::kBadRecord) << message;
  };
  refused("s", kText, Value::string("long"), "error 1406, SQLSTATE 22001");
  refused("n", kInteger, Value::int64(INT64_MAX), "error 1264");
  refused("n", kInteger, Value(), "error 1048");
  refused("n", kText, Value::string("x"), "error 1366");
  refused("f", cells(CellKind::kFloat64), Value::float64(NAN), "Column 'f' cannot hold 'NaN'");
  refused("d", cells(CellKind::kTimestamp), Value::timestamp(INT64_MAX), "Column 'd' cannot hold");
  if (database_->is_mariadb()) refused("n", kInteger, Value::int32(100), "error 4025");
  EXPECT_EQ(write(writer(WriteKind::kInsert, keys, {}), {Value::int32(1)}, 1), "");
  EXPECT_NE(
      write(writer(WriteKind::kInsert, keys, {}), {Value::int32(2), Value::int32(1)}, 1).find("error 1062"),
      std::string::npos);
  EXPECT_EQ(rows("SELECT id FROM t"), (Texts{"1"}));
  const std::string large(70 << 20, 'x');
  database_->run("ALTER TABLE t MODIFY s LONGTEXT");
  refused("s", kText, Value::string(large), "max_allowed_packet");
  EXPECT_TRUE(connection_->usable());
}

TEST_F(MariaDbWriting, WritesLargeBlocksAndFetchesThemBack) {
  database_->run("CREATE TABLE t(id INT PRIMARY KEY, s LONGTEXT)");
  const std::string text(40'000, 'x');
  std::vector<Value> block;
  for (int i = 0; i < 2000; ++i) {
    block.push_back(Value::int32(i));
    block.push_back(Value::string(text));
  }
  EXPECT_EQ(write(writer(WriteKind::kInsert, {{"id", kInteger}}, {{"s", kText}}), block, 2), "");
  EXPECT_EQ(rows("SELECT COUNT(*), SUM(LENGTH(s)) FROM t"), (Texts{"2000|80000000"}));
}

TEST_F(MariaDbWriting, SavepointsAndCountsOfFoundRows) {
  database_->run("CREATE TABLE t(id INT PRIMARY KEY, n INT)");
  database_->run("INSERT INTO t VALUES(1, 1)");
  ASSERT_TRUE(connection_->begin().ok());
  const std::vector<Scalar> same{int64_t{1}, std::string("1")};
  EXPECT_EQ(connection_->execute("UPDATE t SET n = ? WHERE id = ?", same, "update")->affected, 1);
  const SavepointSql savepoint = mysql_dialect().savepoint();
  EXPECT_TRUE(connection_->execute(std::string(savepoint.set), {}, "set").ok());
  EXPECT_TRUE(connection_->execute("DELETE FROM t", {}, "delete").ok());
  EXPECT_TRUE(connection_->execute(std::string(savepoint.roll_back), {}, "roll back").ok());
  EXPECT_TRUE(connection_->execute(std::string(savepoint.release), {}, "release").ok());
  EXPECT_TRUE(connection_->commit().ok());
  EXPECT_EQ(rows(), (Texts{"1|1"}));
  const std::vector<Scalar> nothing{std::monostate{}};
  const auto answer = connection_->execute("SELECT id, n, NULL, ? FROM t", nothing, "select");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->rows[0][0], "1");
  EXPECT_FALSE(answer->rows[0][2].has_value());
}

TEST_F(MariaDbWriting, AHeldLockIsWorthAnotherTry) {
  database_->run("CREATE TABLE t(id INT PRIMARY KEY)");
  database_->run("INSERT INTO t VALUES(1)");
  connect("sessionVariables=innodb_lock_wait_timeout=1");
  database_->run("START TRANSACTION");
  database_->run("DELETE FROM t");
  EXPECT_NE(
      write(writer(WriteKind::kDelete, {{"id", kInteger}}, {}), {Value::int32(1)}, 1).find("error 1205"),
      std::string::npos);
  EXPECT_EQ(kind_, ErrorKind::kRetry);
  const auto running = connection_->running_transactions();
  ASSERT_TRUE(running.ok());
  EXPECT_TRUE(running->has_value() && (*running)->size() == 1);
  database_->run("ROLLBACK");
}

TEST_F(MariaDbWriting, MakesTables) {
  const auto column = [](std::string name, CellType type, Meaning meaning = Meaning::kNone) {
    NewColumn made;
    made.name = std::move(name);
    made.cells = type;
    made.meaning = meaning;
    return made;
  };
  NewColumn id = column("i`d", kText);
  id.key = true;
  NewColumn text = column("o'k", kText);
  text.default_value = Value::string("it's \\ 'so'");
  const NewColumn json = column("j", kText, Meaning::kJson);
  const NewColumn at = column("at", cells(CellKind::kTimestamp), Meaning::kZonedTimestamp);
  NewColumn amount = column("amount", cells(CellKind::kDecimal));
  amount.scale = 2;
  const Dialect& dialect = mysql_dialect();
  const std::vector<NewColumn> columns{id, text, json};
  const auto sql = dialect.create_table({"", "", "t"}, columns, true);
  ASSERT_TRUE(sql.ok());
  const auto made = connection_->execute(*sql, {}, "create");
  ASSERT_TRUE(made.ok()) << made.error().message();
  const std::vector<NewColumn> more{at, amount};
  EXPECT_TRUE(connection_->execute(dialect.add_columns({"", "", "t"}, more, true)->at(0), {}, "alter").ok());
  EXPECT_EQ(rows("SELECT GROUP_CONCAT(column_type ORDER BY ordinal_position) FROM information_schema.columns "
                 "WHERE table_schema = DATABASE() "
                 "AND table_name = 't'"),
            (Texts{database_->is_mariadb() ? "varchar(256),varchar(256),longtext,datetime(6),decimal(65,2)"
                                           : "varchar(256),varchar(256),json,datetime(6),decimal(65,2)"}));
  database_->run("INSERT INTO t(`i``d`) VALUES(1)");
  EXPECT_EQ(rows("SELECT `o'k` FROM t"), (Texts{"it's \\ 'so'"}));
}

}  // namespace
}  // namespace sluice::connectors::sql
