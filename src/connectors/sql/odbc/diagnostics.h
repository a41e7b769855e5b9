#pragma once
// What drivers say about errors.

#include <sql.h>

#include <string>
#include <string_view>

#include "base/error.h"
#include "connectors/sql/odbc/product.h"

namespace sluice::connectors::sql {

struct Diagnostics {
  std::string state;  // SQLSTATE of the first record that is no mere note
  int native = 0;
  std::string text;  // all records' texts
};

/// `type` is SQL_HANDLE_DBC or SQL_HANDLE_STMT.
Diagnostics read_diagnostics(SQLSMALLINT type, SQLHANDLE handle);
/// "Cannot read table t: Oracle says '…' (SQLSTATE 42S02, 942); is the table there?"
Error diagnosed(Product product, std::string_view product_name, const Diagnostics& said,
                std::string_view what);

}  // namespace sluice::connectors::sql
