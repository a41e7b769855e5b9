#pragma once
// Name of a captured table: "schema.table" in PostgreSQL, "database.table" in MySQL and MariaDB.

#include <compare>
#include <string>

namespace sluice::connectors::cdc {

struct TableId {
  std::string space;  // schema or database
  std::string table;

  std::string text() const { return space + "." + table; }
  auto operator<=>(const TableId&) const = default;
};

}  // namespace sluice::connectors::cdc
