#pragma once
// What a database says about tables and the columns of results.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::connectors::sql {

/// The part of java.sql.Types that decides a column's schema.
enum class SqlType : uint8_t {
  kBoolean,
  kBit,  // `precision` bits
  kTinyint,
  kSmallint,
  kInteger,
  kBigint,
  kReal,
  kDouble,
  kNumeric,  // obeys numeric.mapping
  kDecimal,  // does not
  kText,
  kBinary,
  kDate,
  kTime,
  kTimestamp,
  kOther,  // dropped
};

struct Column {
  std::string name;
  SqlType type = SqlType::kOther;
  std::string type_name;  // the database's own
  int precision = 0;      // 0: not said
  int scale = 0;
  bool nullable = true;
  bool is_unsigned = false;
  bool auto_increment = false;
  bool has_default = false;  // describe() alone: as auto_increment, or declared
  int key_position = 0;      // describe() alone: in the primary key, from 1; 0: no part of it
  uint32_t native_type = 0;  // PostgreSQL: the type's OID

  bool operator==(const Column&) const = default;
};

struct TableId {
  std::string catalog;  // empty: none
  std::string schema;   // empty: none
  std::string table;

  auto operator<=>(const TableId&) const = default;
};

/// A table as declared.
struct TableShape {
  std::string type;             // JDBC's: TABLE, VIEW, PARTITIONED TABLE, …
  std::vector<Column> columns;  // empty: there is no such table

  bool exists() const { return !columns.empty(); }
};

/// "schema.table"
std::string plain_name(const TableId& table);

/// Which tables a listing is to hold. Absent: not narrowed; empty: those without one.
struct TablePattern {
  std::optional<std::string> catalog;
  std::optional<std::string> schema;
  std::vector<std::string> types;  // JDBC's: TABLE, VIEW, …
};

}  // namespace sluice::connectors::sql
