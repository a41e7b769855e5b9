// What statements make of the model of tables.

#include "connectors/cdc/mysql/ddl.h"

#include <gtest/gtest.h>

namespace sluice::connectors::cdc::mysql {
namespace {

class DdlTest : public testing::Test {
 protected:
  DdlResult run(std::string_view sql) { return apply_ddl(sql, "shop", model_); }
  const TableDefinition& table(const std::string& name) {
    static const TableDefinition kNone;
    const TableDefinition* found = model_.find({"shop", name});
    EXPECT_NE(found, nullptr) << name;
    return found == nullptr ? kNone : *found;
  }
  std::string columns(const std::string& name) {
    std::string text;
    for (const ColumnDefinition& column : table(name).columns)
      text += (text.empty() ? "" : ", ") + column.name + " " + column.type;
    return text;
  }
  TableModel model_;
};

TEST_F(DdlTest, ReadsWhatAServerTellsOfATable) {
  const auto result = run(R"(CREATE TABLE `t` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `name` varchar(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci DEFAULT 'it''s' COMMENT 'the "name"',
  `price` decimal(10,2) NOT NULL DEFAULT 1.50,
  `kind` enum('a','b,c') DEFAULT NULL,
  `at` timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  `doc` longtext DEFAULT NULL CHECK (json_valid(`doc`)),
  `sum` int(11) GENERATED ALWAYS AS (`id` + 1) VIRTUAL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`(10) DESC),
  KEY `price` (`price`),
  CONSTRAINT `fk` FOREIGN KEY (`id`) REFERENCES `other` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='hello'
 PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10)))");
  ASSERT_EQ(result.changes.size(), 1U);
  EXPECT_EQ(result.changes[0].kind, DdlKind::kCreate);
  EXPECT_EQ(
      columns("t"),
      "id BIGINT UNSIGNED, name VARCHAR, price DECIMAL, kind ENUM, at TIMESTAMP, doc LONGTEXT, sum INT");
  const TableDefinition& t = table("t");
  EXPECT_EQ(t.charset, "utf8mb4");
  EXPECT_EQ(t.comment, "hello");
  EXPECT_EQ(t.key, std::vector<std::string>{"id"});
  EXPECT_TRUE(t.columns[0].auto_increment);
  EXPECT_FALSE(t.columns[0].optional);
  EXPECT_EQ(t.columns[1].charset, "latin1");
  EXPECT_EQ(t.columns[1].default_text, "it's");
  EXPECT_EQ(t.columns[1].comment, "the \"name\"");
  EXPECT_EQ(t.columns[2].length, 10);
  EXPECT_EQ(t.columns[2].scale, 2);
  EXPECT_EQ(t.columns[3].labels, (std::vector<std::string>{"'a'", "'b,c'"}));
  EXPECT_EQ(label_text(t.columns[3].labels[1]), "b\\,c");
  EXPECT_TRUE(t.columns[3].has_default);
  EXPECT_FALSE(t.columns[3].default_text);
  EXPECT_EQ(t.columns[4].default_text, "1970-01-01 00:00:00");
  EXPECT_EQ(t.columns[5].charset, "utf8mb4");
}

TEST_F(DdlTest, TheFirstUniqueKeyStandsForAMissingPrimaryKey) {
  run("create table a (x int not null, y int, unique (y), unique key (x), unique (x, y))");
  EXPECT_EQ(table("a").key, std::vector<std::string>{"x"});
  run("create table b (x int unique, y int primary key)");
  EXPECT_EQ(table("b").key, std::vector<std::string>{"y"});
  run("create table c (x int not null)");
  EXPECT_EQ(run("create unique index i on c (x)").changes.size(), 1U);
  EXPECT_EQ(table("c").key, std::vector<std::string>{"x"});
  EXPECT_TRUE(run("create index j on c (x)").changes.empty());
}

TEST_F(DdlTest, FollowsAlterations) {
  run("create table t (id int primary key, a int, b varchar(5), c text) default charset latin1");
  run("alter table t add column d int not null default 7 after a, add (e date, f time(3)), drop c");
  EXPECT_EQ(columns("t"), "id INT, a INT, d INT, b VARCHAR, e DATE, f TIME");
  run("ALTER TABLE `shop`.`t` CHANGE COLUMN b bb varchar(9) NOT NULL FIRST, MODIFY a bigint unsigned");
  EXPECT_EQ(columns("t"), "bb VARCHAR, id INT, a BIGINT UNSIGNED, d INT, e DATE, f TIME");
  EXPECT_EQ(table("t").columns[0].charset, "latin1");
  run("alter table t rename column id to nr, alter d drop default, alter column a set default 5");
  EXPECT_EQ(table("t").key, std::vector<std::string>{"nr"});
  EXPECT_EQ(table("t").column("a")->default_text, "5");
  EXPECT_FALSE(table("t").column("d")->has_default);
  run("alter table t drop primary key, add primary key (bb, nr), convert to character set utf8mb4, comment "
      "'x'");
  EXPECT_EQ(table("t").key, (std::vector<std::string>{"bb", "nr"}));
  EXPECT_EQ(table("t").column("bb")->charset, "utf8mb4");
  EXPECT_EQ(table("t").comment, "x");
  const auto renamed = run("alter table t engine = InnoDB, rename to u");
  ASSERT_EQ(renamed.changes.size(), 1U);
  EXPECT_EQ(renamed.changes[0].previous, (TableId{"shop", "t"}));
  EXPECT_EQ(renamed.changes[0].table, (TableId{"shop", "u"}));
}

TEST_F(DdlTest, CutsStatementsAboutSeveralTables) {
  for (const char* name : {"a", "b", "c"}) run(std::string("create table ") + name + " (x int)");
  const auto renamed = run("rename table a to other.a2, `b` to `b``2` ");
  ASSERT_EQ(renamed.changes.size(), 2U);
  EXPECT_EQ(renamed.changes[0].statement, "rename table a to other.a2");
  EXPECT_EQ(renamed.changes[1].statement, "rename table `b` to `b``2`");
  EXPECT_NE(model_.find({"shop", "b`2"}), nullptr);
  const auto dropped = run("DROP TABLE IF EXISTS `c`,other.a2 /* generated by server */");
  ASSERT_EQ(dropped.changes.size(), 2U);
  EXPECT_EQ(dropped.changes[1].statement, "DROP TABLE IF EXISTS `other`.`a2`");
  EXPECT_EQ(model_.tables.size(), 1U);
}

TEST_F(DdlTest, LeavesOtherStatementsAlone) {
  run("create table t (x int)");
  for (const char* sql :
       {"create view v as select * from t", "create temporary table t (y int)", "drop temporary table t",
        "create table if not exists t (y int)",
        "create trigger r before insert on t for each row set new.x = 1", "grant all on t to u",
        "analyze table t", "", ";", "-- nothing", "/* only a comment */", "create", "alter", "alter table",
        "drop", "create procedure p() begin alter table t drop x; end"}) {
    EXPECT_TRUE(run(sql).changes.empty()) << sql;
    EXPECT_TRUE(run(sql).unclear.empty()) << sql;
    EXPECT_EQ(columns("t"), "x INT") << sql;
  }
}

TEST_F(DdlTest, SaysWhichTablesItCannotFollow) {
  run("create table t (x int)");
  for (const char* sql : {"alter table t add column y unheard_of", "alter table t modify nothing int",
                          "create table t2 as select 1", "create table t3 like unknown", "create table t4 (x",
                          "alter table t add (y int"}) {
    const auto result = run(sql);
    EXPECT_EQ(result.unclear.size(), 1U) << sql;
    EXPECT_FALSE(result.problem.empty()) << sql;
  }
  EXPECT_EQ(columns("t"), "x INT");
}

TEST_F(DdlTest, ReadsCodeInComments) {
  run("create /*!40101 table */ t (/*!50100 x int, */ y int /* not null */ /*M!100400 default 3 */)");
  EXPECT_EQ(columns("t"), "x INT, y INT");
  EXPECT_EQ(table("t").columns[1].default_text, "3");
}

TEST_F(DdlTest, TablesInheritCharacterSets) {
  run("create database other character set = latin2");
  apply_ddl("create table t (a varchar(3), b varchar(3) charset utf8mb4, c int)", "other", model_);
  const TableDefinition* t = model_.find({"other", "t"});
  ASSERT_NE(t, nullptr);
  EXPECT_EQ(t->columns[0].charset, "latin2");
  EXPECT_EQ(t->columns[1].charset, "utf8mb4");
  EXPECT_FALSE(t->columns[2].charset);
  apply_ddl("set statement max_statement_time=5 for alter table t add d char(1) collate greek_general_ci",
            "other", model_);
  EXPECT_EQ(model_.find({"other", "t"})->columns[3].charset, "greek");
  apply_ddl("drop database other", "shop", model_);
  EXPECT_TRUE(model_.tables.empty());
}

}  // namespace
}  // namespace sluice::connectors::cdc::mysql
