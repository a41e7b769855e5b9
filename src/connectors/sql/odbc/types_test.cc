// What drivers say of columns and errors, product by product, without a server.

#include "connectors/sql/odbc/types.h"

#include <gtest/gtest.h>
#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#include "connectors/sql/odbc/utf16.h"
#include "connectors/sql/odbc/values.h"

namespace sluice::connectors::sql {
namespace {

OdbcColumn said(int sql_type, std::string name, int64_t size = 0, int digits = 0) {
  OdbcColumn column;
  column.sql_type = sql_type;
  column.type_name = std::move(name);
  column.size = size;
  column.digits = digits;
  return column;
}

TEST(OdbcTypes, Oracle) {
  const auto type = [](const OdbcColumn& column) { return odbc_type(Product::kOracle, column); };
  const OdbcType bare = type(said(SQL_DECIMAL, "NUMBER", 38, -127));
  EXPECT_EQ(bare.type, SqlType::kNumeric);
  EXPECT_EQ(bare.scale, -127);
  EXPECT_EQ(bare.precision, 0);
  EXPECT_EQ(type(said(SQL_DOUBLE, "NUMBER", 15)).scale, -127);
  EXPECT_EQ(type(said(SQL_FLOAT, "FLOAT", 126)).type, SqlType::kNumeric);
  const OdbcType exact = type(said(SQL_DECIMAL, "NUMBER", 10, 2));
  EXPECT_EQ(exact.type, SqlType::kNumeric);
  EXPECT_EQ(exact.precision, 10);
  EXPECT_EQ(exact.scale, 2);
  EXPECT_EQ(type(said(SQL_DECIMAL, "NUMBER", 19, 0)).form, OdbcForm::kDigits);  // no SQL_C_SBIGINT there
  EXPECT_EQ(type(said(SQL_DECIMAL, "NUMBER", 5, -2)).scale, -2);
  EXPECT_EQ(type(said(SQL_REAL, "BINARY_FLOAT")).type, SqlType::kReal);
  EXPECT_EQ(type(said(SQL_DOUBLE, "BINARY_DOUBLE")).type, SqlType::kDouble);
  EXPECT_EQ(type(said(SQL_TYPE_TIMESTAMP, "DATE")).type, SqlType::kTimestamp);
  EXPECT_EQ(type(said(SQL_TYPE_DATE, "DATE")).form, OdbcForm::kTimestamp);
  EXPECT_EQ(type(said(SQL_TYPE_TIMESTAMP, "TIMESTAMP(9)", 29, 9)).form, OdbcForm::kTimestamp);
  EXPECT_EQ(type(said(SQL_TYPE_TIMESTAMP, "TIMESTAMP WITH TIME ZONE")).form, OdbcForm::kZonedText);
  EXPECT_EQ(type(said(SQL_TYPE_TIMESTAMP, "TIMESTAMP WITH LOCAL TIME ZONE")).form, OdbcForm::kZonedText);
  EXPECT_EQ(type(said(SQL_LONGVARCHAR, "CLOB")).type, SqlType::kText);
  EXPECT_EQ(type(said(SQL_WLONGVARCHAR, "NCLOB")).type, SqlType::kText);
  EXPECT_EQ(type(said(SQL_LONGVARBINARY, "BLOB")).type, SqlType::kBinary);
  EXPECT_EQ(type(said(SQL_VARBINARY, "RAW", 16)).type, SqlType::kBinary);
  for (const char* const name : {"ROWID", "UROWID", "XMLTYPE", "INTERVAL DAY TO SECOND"})
    EXPECT_EQ(type(said(SQL_VARCHAR, name, 18)).type, SqlType::kOther) << name;
}

TEST(OdbcTypes, SqlServer) {
  const auto type = [](const OdbcColumn& column) { return odbc_type(Product::kSqlServer, column); };
  EXPECT_EQ(type(said(SQL_BIT, "bit")).type, SqlType::kTinyint);
  EXPECT_TRUE(type(said(SQL_TINYINT, "tinyint")).is_unsigned);
  EXPECT_EQ(type(said(SQL_DECIMAL, "money", 19, 4)).type, SqlType::kDecimal);
  EXPECT_EQ(type(said(SQL_NUMERIC, "numeric", 18, 0)).form, OdbcForm::kInt64);
  EXPECT_EQ(type(said(SQL_TYPE_TIMESTAMP, "datetime", 23, 3)).form, OdbcForm::kTimestamp);
  EXPECT_EQ(type(said(SQL_TYPE_TIMESTAMP, "datetime2", 27, 7)).form, OdbcForm::kTimestamp);
  EXPECT_EQ(type(said(-155, "datetimeoffset", 34, 7)).form, OdbcForm::kZonedText);
  EXPECT_EQ(type(said(-154, "time", 16, 7)).type, SqlType::kTime);
  EXPECT_EQ(type(said(SQL_GUID, "uniqueidentifier", 36)).form, OdbcForm::kText);
  EXPECT_EQ(type(said(-152, "xml")).type, SqlType::kText);
  EXPECT_EQ(type(said(-151, "hierarchyid", 892)).type, SqlType::kBinary);
  EXPECT_EQ(type(said(-150, "sql_variant", 8000)).type, SqlType::kOther);
  EXPECT_TRUE(is_long(Product::kSqlServer, said(SQL_WVARCHAR, "nvarchar", 0), OdbcForm::kText));
  EXPECT_FALSE(is_long(Product::kSqlServer, said(SQL_WVARCHAR, "nvarchar", 40), OdbcForm::kText));
}

TEST(OdbcTypes, Others) {
  EXPECT_EQ(odbc_type(Product::kDb2, said(-360, "DECFLOAT", 34)).type, SqlType::kDouble);
  EXPECT_EQ(odbc_type(Product::kDb2, said(-96, "VARGRAPHIC", 10)).type, SqlType::kText);
  EXPECT_EQ(odbc_type(Product::kDb2, said(-99, "CLOB")).type, SqlType::kText);
  OdbcColumn wide = said(SQL_BIGINT, "BIGINT UNSIGNED", 20);
  wide.is_unsigned = true;
  EXPECT_EQ(odbc_type(Product::kMysql, wide).form, OdbcForm::kUint64);
  EXPECT_EQ(odbc_type(Product::kMysql, said(SQL_TYPE_TIMESTAMP, "TIMESTAMP")).form, OdbcForm::kInstant);
  EXPECT_EQ(odbc_type(Product::kMysql, said(SQL_TYPE_TIMESTAMP, "DATETIME")).form, OdbcForm::kTimestamp);
  EXPECT_EQ(odbc_type(Product::kHana, said(SQL_BIT, "BOOLEAN")).type, SqlType::kBoolean);
  EXPECT_EQ(odbc_type(Product::kOther, said(101, "INTERVAL YEAR")).type, SqlType::kOther);
}

TEST(OdbcTypes, ProductsByWhatDriversSay) {
  EXPECT_EQ(product_traits("Microsoft SQL Server").product, Product::kSqlServer);
  EXPECT_EQ(product_traits("Oracle").dialect, "OracleDatabaseDialect");
  EXPECT_EQ(product_traits("DB2/LINUXX8664").product, Product::kDb2);
  EXPECT_EQ(product_traits("HDB").product, Product::kHana);
  EXPECT_EQ(product_traits("Something").dialect, "GenericDatabaseDialect");
  EXPECT_EQ(product_traits(Product::kVertica).product, Product::kVertica);
}

TEST(OdbcErrors, Kinds) {
  struct Case {
    Product product;
    const char* state;
    int native;
    ErrorKind kind;
  };
  const Case cases[] = {
      {Product::kOracle, "23000", 1, ErrorKind::kBadRecord},
      {Product::kOracle, "HY000", 12899, ErrorKind::kBadRecord},
      {Product::kOracle, "HY000", 1438, ErrorKind::kBadRecord},
      {Product::kOracle, "HY000", 60, ErrorKind::kRetry},
      {Product::kOracle, "HY000", 3113, ErrorKind::kRetry},
      {Product::kOracle, "HY000", 12541, ErrorKind::kRetry},
      {Product::kOracle, "42S02", 942, ErrorKind::kFailed},
      {Product::kOracle, "28000", 1017, ErrorKind::kFailed},
      {Product::kSqlServer, "40001", 1205, ErrorKind::kRetry},
      {Product::kSqlServer, "23000", 2627, ErrorKind::kBadRecord},
      {Product::kSqlServer, "22001", 2628, ErrorKind::kBadRecord},
      {Product::kSqlServer, "HY000", 8115, ErrorKind::kBadRecord},
      {Product::kSqlServer, "42S02", 208, ErrorKind::kFailed},
      {Product::kDb2, "40001", -911, ErrorKind::kRetry},
      {Product::kDb2, "23505", -803, ErrorKind::kBadRecord},
      {Product::kHana, "HY000", 301, ErrorKind::kBadRecord},
      {Product::kHana, "HY000", 133, ErrorKind::kRetry},
      {Product::kMysql, "HY000", 2006, ErrorKind::kRetry},
      {Product::kMysql, "HY000", 1366, ErrorKind::kBadRecord},
      {Product::kSqlite, "HY000", 19, ErrorKind::kBadRecord},
      {Product::kSqlite, "HY000", 5, ErrorKind::kRetry},
      {Product::kOther, "08S01", 0, ErrorKind::kRetry},
      {Product::kOther, "HYT00", 0, ErrorKind::kRetry},
      {Product::kOther, "44000", 0, ErrorKind::kBadRecord},
      {Product::kOther, "42000", 0, ErrorKind::kFailed},
  };
  for (const Case& one : cases)
    EXPECT_EQ(odbc_error_kind(one.product, one.state, one.native), one.kind)
        << one.state << " " << one.native;
  EXPECT_TRUE(odbc_connection_lost(Product::kOracle, "HY000", 3113));
  EXPECT_FALSE(odbc_connection_lost(Product::kOracle, "23000", 1));
  EXPECT_TRUE(odbc_connection_lost(Product::kOther, "08S01", 0));
}

TEST(OdbcTypes, TextsOfTimesWithAZone) {
  const RowPlan plan;
  for (const char* const text :
       {"2024-05-01 12:00:00.1234567 +02:00", "2024-05-01T12:00:00.123456700+02:00"}) {
    const std::u16string units = to_utf16(text);
    const BytesView cell(reinterpret_cast<const char*>(units.data()), units.size() * sizeof(char16_t));
    const auto instant = odbc_instant(OdbcForm::kZonedText, plan, cell);
    ASSERT_TRUE(instant.ok()) << text;
    EXPECT_EQ(instant->seconds, 1'714'557'600) << text;
    EXPECT_EQ(instant->nanos, 123'456'700) << text;
  }
  EXPECT_FALSE(odbc_instant(OdbcForm::kTimestamp, plan, BytesView("short")).ok());
}

TEST(OdbcTypes, Utf16) {
  const std::string text = "a é 日 🌊";
  EXPECT_EQ(to_utf8(to_utf16(text)), text);
  EXPECT_EQ(to_utf16("\xff\xe2\x82").size(), 2U);
  EXPECT_EQ(to_utf8(std::u16string{u'a', char16_t{0xD800}, u'b'}),
            "a\xEF\xBF\xBD"
            "b");
}

}  // namespace
}  // namespace sluice::connectors::sql
