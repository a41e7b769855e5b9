#include "connectors/sql/odbc/product.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace sluice::connectors::sql {
namespace {

constexpr std::string_view kPostgresSession[] = {"SET TIME ZONE 'UTC'"};
constexpr std::string_view kMysqlSession[] = {"SET time_zone = '+00:00'"};
constexpr std::string_view kOracleSession[] = {
    "ALTER SESSION SET TIME_ZONE = 'UTC'", "ALTER SESSION SET NLS_NUMERIC_CHARACTERS = '.,'",
    "ALTER SESSION SET NLS_TIMESTAMP_TZ_FORMAT = 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9TZH:TZM'"};

constexpr ProductTraits kProducts[] = {
    {Product::kOther, "GenericDatabaseDialect", "SELECT {fn NOW()}", "", "", {}, true, false},
    {Product::kPostgres, "PostgreSqlDatabaseDialect", "SELECT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'",
     "SELECT current_schema()", "", kPostgresSession, true, false},
    {Product::kMysql, "MySqlDatabaseDialect", "SELECT UTC_TIMESTAMP(6)", "", "SELECT DATABASE()",
     kMysqlSession, true, true},
    {Product::kSqlite,
     "SqliteDatabaseDialect",
     "SELECT strftime('%Y-%m-%d %H:%M:%f','now')",
     "",
     "",
     {},
     true,
     false},
    {Product::kSqlServer,
     "SqlServerDatabaseDialect",
     "SELECT SYSUTCDATETIME()",
     "SELECT SCHEMA_NAME()",
     "SELECT DB_NAME()",
     {},
     true,
     true},
    {Product::kOracle, "OracleDatabaseDialect", "SELECT SYS_EXTRACT_UTC(SYSTIMESTAMP) FROM DUAL",
     "SELECT SYS_CONTEXT('USERENV','CURRENT_SCHEMA') FROM DUAL", "", kOracleSession, false, true},
    {Product::kDb2,
     "Db2DatabaseDialect",
     "SELECT CURRENT TIMESTAMP - CURRENT TIMEZONE FROM SYSIBM.SYSDUMMY1",
     "SELECT CURRENT SCHEMA FROM SYSIBM.SYSDUMMY1",
     "",
     {},
     true,
     true},
    {Product::kDerby,
     "DerbyDatabaseDialect",
     "VALUES CURRENT_TIMESTAMP",
     "VALUES CURRENT SCHEMA",
     "",
     {},
     true,
     true},
    {Product::kHana,
     "SapHanaDatabaseDialect",
     "SELECT CURRENT_UTCTIMESTAMP FROM DUMMY",
     "SELECT CURRENT_SCHEMA FROM DUMMY",
     "",
     {},
     true,
     true},
    {Product::kSybase,
     "SybaseDatabaseDialect",
     "SELECT GETUTCDATE()",
     "SELECT USER_NAME()",
     "SELECT DB_NAME()",
     {},
     true,
     true},
    {Product::kVertica,
     "VerticaDatabaseDialect",
     "SELECT GETUTCDATE()",
     "SELECT CURRENT_SCHEMA()",
     "",
     {},
     true,
     true},
};

struct Spelling {
  std::string_view start;
  Product product;
};
constexpr Spelling kSpellings[] = {
    {"PostgreSQL", Product::kPostgres},
    {"MariaDB", Product::kMysql},
    {"MySQL", Product::kMysql},
    {"SQLite", Product::kSqlite},
    {"Microsoft SQL Server", Product::kSqlServer},
    {"Oracle", Product::kOracle},
    {"DB2", Product::kDb2},
    {"Apache Derby", Product::kDerby},
    {"HDB", Product::kHana},
    {"SAP HANA", Product::kHana},
    {"Adaptive Server", Product::kSybase},
    {"SQL Server", Product::kSybase},  // what older drivers of Sybase say
    {"Vertica", Product::kVertica},
};

template <size_t n>
bool holds(const int (&numbers)[n], int number) {
  return std::find(std::begin(numbers), std::end(numbers), number) != std::end(numbers);
}
bool starts(std::string_view state, std::initializer_list<std::string_view> classes) {
  return std::any_of(classes.begin(), classes.end(),
                     [&](std::string_view start) { return state.starts_with(start); });
}

// Lost or refused connections, deadlocks, snapshots too old, waits that were cut short.
constexpr int kOracleRetry[] = {28,    54,    60,    604,   1012,  1013,  1033,  1034,  1089,  1090,
                                1092,  3113,  3114,  3135,  8177,  12152, 12153, 12154, 12170, 12514,
                                12516, 12518, 12520, 12521, 12526, 12527, 12528, 12537, 12541, 12543,
                                12545, 12547, 12571, 25401, 25402, 25408, 30006};
constexpr int kOracleLost[] = {28,    1012,  1033,  1034,  1089,  1090,  1092,  3113,  3114, 3135,
                               12152, 12153, 12170, 12514, 12541, 12543, 12547, 12571, 25408};
constexpr int kOracleRow[] = {1,    1400, 1401, 1407, 1426, 1438, 1455, 1461, 1465,  1722,  1839,  1841,
                              1843, 1847, 1858, 1861, 1862, 2290, 2291, 2292, 12899, 22835, 40478, 40479};
constexpr int kSqlServerRetry[] = {1205,  1222,  3960,  3961,  10053, 10054, 10060,
                                   10928, 10929, 40197, 40501, 40613, 49918, 49919};
constexpr int kSqlServerRow[] = {220, 232,  241,  242,  245,  248,  295, 515,
                                 547, 2601, 2627, 2628, 8114, 8115, 8152};
constexpr int kMysqlRetry[] = {1040, 1158, 1159, 1160, 1161, 1205, 1213, 2002, 2003, 2006, 2013, 2055};
constexpr int kMysqlLost[] = {1158, 1159, 1160, 1161, 2006, 2013, 2055};
constexpr int kMysqlRow[] = {1048, 1062, 1169, 1216, 1217, 1264, 1265, 1292,
                             1366, 1406, 1411, 1451, 1452, 3140, 3819, 4025};
constexpr int kSqliteRetry[] = {5, 6};  // busy, locked
constexpr int kSqliteRow[] = {19, 20};  // constraint, mismatch
constexpr int kHanaRetry[] = {129, 131, 133, 146, -10709, -10807};
constexpr int kHanaRow[] = {274, 287, 301, 303, 304, 314, 339, 461, 677};
constexpr int kSybaseRetry[] = {1205, 12205};
constexpr int kSybaseRow[] = {220, 227, 232, 233, 247, 257, 515, 546, 547, 548, 2601, 3606};
constexpr int kDb2Retry[] = {-911, -913, -1224, -30081};

ErrorKind by_number(Product product, int native) {
  const auto pick = [native](const auto& retry, const auto& row) {
    if (holds(retry, native)) return ErrorKind::kRetry;
    return holds(row, native) ? ErrorKind::kBadRecord : ErrorKind::kFailed;
  };
  switch (product) {
    case Product::kOracle:
      return pick(kOracleRetry, kOracleRow);
    case Product::kSqlServer:
      return pick(kSqlServerRetry, kSqlServerRow);
    case Product::kMysql:
      return pick(kMysqlRetry, kMysqlRow);
    case Product::kSqlite:
      return pick(kSqliteRetry, kSqliteRow);
    case Product::kHana:
      return pick(kHanaRetry, kHanaRow);
    case Product::kSybase:
      return pick(kSybaseRetry, kSybaseRow);
    case Product::kDb2:
      return holds(kDb2Retry, native) ? ErrorKind::kRetry : ErrorKind::kFailed;
    default:
      return ErrorKind::kFailed;
  }
}

}  // namespace

const ProductTraits& product_traits(Product product) { return kProducts[static_cast<size_t>(product)]; }

const ProductTraits& product_traits(std::string_view dbms_name) {
  for (const Spelling& spelling : kSpellings) {
    if (dbms_name.starts_with(spelling.start)) return product_traits(spelling.product);
  }
  return product_traits(Product::kOther);
}

ErrorKind odbc_error_kind(Product product, std::string_view state, int native) {
  const ErrorKind own = by_number(product, native);
  if (own != ErrorKind::kFailed) return own;
  // 57: resources and operators (DB2, PostgreSQL's 57P, 57014); 53: too little of something.
  if (starts(state, {"08", "40", "HYT0", "53", "57", "55P03", "25P03"})) return ErrorKind::kRetry;
  if (starts(state, {"22", "23", "44", "21000", "42804", "42846", "54000"})) return ErrorKind::kBadRecord;
  return ErrorKind::kFailed;
}

bool odbc_connection_lost(Product product, std::string_view state, int native) {
  if (starts(state, {"08", "57P"})) return true;
  if (product == Product::kMysql) return holds(kMysqlLost, native);
  return product == Product::kOracle && holds(kOracleLost, native);
}

}  // namespace sluice::connectors::sql
