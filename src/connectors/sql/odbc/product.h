#pragma once
// What differs between the databases behind ODBC drivers, beyond their SQL. Constant.

#include <span>
#include <string_view>

#include "base/error.h"

namespace sluice::connectors::sql {

enum class Product : uint8_t {
  kOther,
  kPostgres,
  kMysql,
  kSqlite,
  kSqlServer,
  kOracle,
  kDb2,
  kDerby,
  kHana,
  kSybase,
  kVertica,
};

struct ProductTraits {
  Product product = Product::kOther;
  std::string_view dialect;      // for find_dialect()
  std::string_view clock_sql;    // one row: the clock in UTC, as a timestamp
  std::string_view schema_sql;   // one row: the session's default schema; empty: there are none
  std::string_view catalog_sql;  // one row: the session's default catalog; empty: names carry none
  std::span<const std::string_view> session_sql;  // run after connecting
  bool int64_parameters = true;                   // takes and gives SQL_C_SBIGINT
  bool sizes_hold = true;                         // no text is longer than its column's declared size
};

/// By what the driver gives as SQL_DBMS_NAME: "Microsoft SQL Server", "DB2/LINUXX8664".
const ProductTraits& product_traits(std::string_view dbms_name);
const ProductTraits& product_traits(Product product);

/// What an error asks for, by its SQLSTATE and the product's own number.
ErrorKind odbc_error_kind(Product product, std::string_view state, int native);
/// Whether the connection is gone.
bool odbc_connection_lost(Product product, std::string_view state, int native);

}  // namespace sluice::connectors::sql
