// The SQL of dialects whose databases are reached by ODBC.

#include <gtest/gtest.h>

#include "connectors/sql/dialect.h"
#include "connectors/sql/odbc/spelling.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

TableWrite orders() {
  TableWrite write;
  write.table = {"", "S", "T"};
  write.kind = WriteKind::kUpsert;
  write.keys = {{"id", {CellKind::kInteger}, {}}, {"k]\"", {CellKind::kText}, {}}};
  write.others = {{"a", {CellKind::kText}, {}}};
  return write;
}

std::string upsert(const Dialect& dialect, const TableWrite& write = orders(), WriteOptions options = {}) {
  const auto sql = dialect.upsert(write, options);
  return sql.ok() ? *sql : sql.error().message();
}

TEST(OdbcDialects, Upserts) {
  EXPECT_EQ(
      upsert(oracle_dialect()),
      R"(MERGE INTO "S"."T" target USING (SELECT ? AS "id",? AS "k]""",? AS "a" FROM dual) incoming)"
      R"( ON (target."id"=incoming."id" AND target."k]"""=incoming."k]"""))"
      R"( WHEN MATCHED THEN UPDATE SET "a"=incoming."a")"
      R"( WHEN NOT MATCHED THEN INSERT("id","k]""","a") VALUES(incoming."id",incoming."k]""",incoming."a"))");
  EXPECT_EQ(
      upsert(sql_server_dialect()),
      R"(MERGE INTO [S].[T] WITH (HOLDLOCK) AS target USING (SELECT ? AS [id],? AS [k]]"],? AS [a]) AS incoming)"
      R"( ON (target.[id]=incoming.[id] AND target.[k]]"]=incoming.[k]]"]))"
      R"( WHEN MATCHED THEN UPDATE SET [a]=incoming.[a])"
      R"( WHEN NOT MATCHED THEN INSERT([id],[k]]"],[a]) VALUES(incoming.[id],incoming.[k]]"],incoming.[a]);)");
  WriteOptions unlocked;
  unlocked.merge_holdlock = false;
  EXPECT_EQ(upsert(sql_server_dialect(), orders(), unlocked).substr(0, 29), "MERGE INTO [S].[T] AS target ");
  const std::string dat =
      R"(MERGE INTO "S"."T" USING (VALUES(?,?,?)) AS DAT("id","k]""","a") ON ("S"."T"."id"=DAT."id" AND)"
      R"( "S"."T"."k]"""=DAT."k]""") WHEN MATCHED THEN UPDATE SET "a"=DAT."a")"
      R"( WHEN NOT MATCHED THEN INSERT("id","k]""","a") VALUES(DAT."id",DAT."k]""",DAT."a"))";
  EXPECT_EQ(upsert(db2_dialect()), dat);
  EXPECT_EQ(upsert(derby_dialect()), dat);
  EXPECT_EQ(upsert(hana_dialect()), R"(UPSERT "S"."T"("id","k]""","a") VALUES(?,?,?) WITH PRIMARY KEY)");
  EXPECT_EQ(upsert(sybase_dialect()).substr(0, 48), R"(MERGE INTO "S"."T" AS target USING (SELECT ? AS )");
  for (const Dialect* const dialect : {&vertica_dialect(), &generic_dialect()}) {
    const auto sql = dialect->upsert(orders(), {});
    ASSERT_FALSE(sql.ok());
    EXPECT_EQ(sql.error().kind(), ErrorKind::kBadConfig);
  }
}

TEST(OdbcDialects, UpsertsOfKeysAlone) {
  TableWrite write = orders();
  write.others.clear();
  write.keys.resize(1);
  EXPECT_EQ(upsert(oracle_dialect(), write),
            R"(MERGE INTO "S"."T" target USING (SELECT ? AS "id" FROM dual) incoming)"
            R"( ON (target."id"=incoming."id") WHEN NOT MATCHED THEN INSERT("id") VALUES(incoming."id"))");
}

NewColumn column(std::string name, CellKind kind, int bits = 0) {
  NewColumn column;
  column.name = std::move(name);
  column.cells.kind = kind;
  column.integer_bits = bits;
  column.scale = 2;
  return column;
}

std::string types(const Dialect& dialect) {
  std::string text;
  const NewColumn columns[] = {column("a", CellKind::kInteger, 8),  column("a", CellKind::kInteger, 16),
                               column("a", CellKind::kInteger, 32), column("a", CellKind::kInteger, 64),
                               column("a", CellKind::kFloat32),     column("a", CellKind::kFloat64),
                               column("a", CellKind::kBoolean),     column("a", CellKind::kText),
                               column("a", CellKind::kBytes),       column("a", CellKind::kDecimal),
                               column("a", CellKind::kDate),        column("a", CellKind::kTime),
                               column("a", CellKind::kTimestamp)};
  for (const NewColumn& one : columns) text += dialect.column_type(one).value() + " ";
  return text;
}

TEST(OdbcDialects, TypesOfNewColumns) {
  EXPECT_EQ(types(oracle_dialect()),
            "NUMBER(3,0) NUMBER(5,0) NUMBER(10,0) NUMBER(19,0) BINARY_FLOAT BINARY_DOUBLE NUMBER(1,0) "
            "VARCHAR2(4000) BLOB NUMBER(*,2) DATE DATE TIMESTAMP ");
  EXPECT_EQ(types(sql_server_dialect()),
            "tinyint smallint int bigint real float bit varchar(max) varbinary(max) decimal(38,2) date time "
            "datetime2 ");
  EXPECT_EQ(types(db2_dialect()),
            "SMALLINT SMALLINT INTEGER BIGINT FLOAT DOUBLE SMALLINT VARCHAR(32672) BLOB(64000) DECIMAL(31,2) "
            "DATE TIME TIMESTAMP ");
  EXPECT_FALSE(oracle_dialect().column_type(column("a", CellKind::kArray)).ok());
}

TEST(OdbcDialects, TextsOfAKnownLengthTakeNoMore) {
  NewColumn text = column("a", CellKind::kText);
  text.precision = 255;
  EXPECT_EQ(sql_server_dialect().column_type(text).value(), "varchar(255)");
  text.key = true;  // two such keys fit an index
  EXPECT_EQ(oracle_dialect().column_type(text).value(), "VARCHAR2(255)");
  text.precision = 5000;
  EXPECT_EQ(oracle_dialect().column_type(text).value(), "VARCHAR2(4000)");
}

TEST(OdbcDialects, Tables) {
  NewColumn key = column("Id", CellKind::kText);
  key.key = true;
  NewColumn defaulted = column("d", CellKind::kTimestamp);
  defaulted.default_value = sdk::Value::timestamp(0);
  const NewColumn columns[] = {key, column("n", CellKind::kInteger, 32), defaulted};
  const TableId table{"", "", "t"};
  const auto create = [&](const Dialect& dialect) {
    return dialect.create_table(table, columns, true).value();
  };
  EXPECT_EQ(create(oracle_dialect()),
            R"(CREATE TABLE "t" ("Id" VARCHAR2(4000) NOT NULL, "n" NUMBER(10,0) NULL, "d" TIMESTAMP DEFAULT)"
            R"( TIMESTAMP '1970-01-01 00:00:00.000', PRIMARY KEY("Id")))");
  EXPECT_EQ(create(sql_server_dialect()),
            "CREATE TABLE [t] ([Id] varchar(900) NOT NULL, [n] int NULL, [d] datetime2 DEFAULT '1970-01-01 "
            "00:00:00.000', PRIMARY KEY([Id]))");
  EXPECT_EQ(create(db2_dialect()),
            R"(CREATE TABLE "t" ("Id" VARCHAR(1024) NOT NULL, "n" INTEGER, "d" TIMESTAMP DEFAULT '1970-01-01)"
            R"( 00:00:00.000', PRIMARY KEY("Id")))");
  const std::span<const NewColumn> more(columns + 1, 1);
  const NewColumn two[] = {columns[1], columns[1]};
  EXPECT_EQ(
      oracle_dialect().add_columns(table, two, true).value(),
      (std::vector<std::string>{R"(ALTER TABLE "t" ADD ("n" NUMBER(10,0) NULL, "n" NUMBER(10,0) NULL))"}));
  EXPECT_EQ(sql_server_dialect().add_columns(table, two, true).value(),
            (std::vector<std::string>{"ALTER TABLE [t] ADD [n] int NULL, [n] int NULL"}));
  EXPECT_EQ(db2_dialect().add_columns(table, more, true).value(),
            (std::vector<std::string>{R"(ALTER TABLE "t" ADD "n" INTEGER)"}));
  EXPECT_EQ(db2_dialect().add_columns(table, two, true).value().size(), 2U);
}

TEST(OdbcDialects, Spelling) {
  EXPECT_EQ(oracle_dialect().fold("orders_é"), "ORDERS_é");
  EXPECT_EQ(oracle_dialect().savepoint().release, "");
  EXPECT_EQ(sql_server_dialect().savepoint().set, "SAVE TRANSACTION sluice");
  EXPECT_EQ(sql_server_dialect().quote("a]b"), "[a]]b]");
  EXPECT_EQ(sql_server_dialect().literal({CellKind::kBytes}, sdk::Value::bytes("\x01\xff")), "0x01FF");
  EXPECT_EQ(sql_server_dialect().literal({CellKind::kText}, sdk::Value::string("o'x")), "N'o''x'");
  EXPECT_EQ(oracle_dialect().literal({CellKind::kBytes}, sdk::Value::bytes("\x01\xff")), "HEXTORAW('01FF')");
  for (const char* const name : {"OracleDatabaseDialect", "SqlServerDatabaseDialect", "Db2DatabaseDialect",
                                 "DerbyDatabaseDialect", "SapHanaDatabaseDialect", "SybaseDatabaseDialect",
                                 "VerticaDatabaseDialect", "GenericDatabaseDialect"})
    EXPECT_TRUE(find_dialect(name).ok()) << name;
}

TEST(OdbcDialects, PlaceholdersBecomeQuestionMarks) {
  EXPECT_EQ(unnumbered(R"(INSERT INTO "a$1"(b$2,'$3') VALUES($1,$23,?4))"),
            R"(INSERT INTO "a$1"(b$2,'$3') VALUES(?,?,?))");
  const Dialect& postgres = with_question_marks(postgres_dialect());
  EXPECT_EQ(postgres.placeholder(3), "?");
  EXPECT_EQ(upsert(postgres).substr(0, 55), R"(INSERT INTO "S"."T"("id","k]""","a") VALUES(?,?,?) ON )"
                                            "C");
  EXPECT_EQ(&with_question_marks(oracle_dialect()), &oracle_dialect());
}

}  // namespace
}  // namespace sluice::connectors::sql
