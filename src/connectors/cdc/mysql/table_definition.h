#pragma once
// Tables as their DDL defines them: what schemas of events are made of, and what the schema history keeps.
// The parts and their names are those of Debezium's io.debezium.relational.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/cdc/common/table_id.h"

namespace sluice::connectors::cdc::mysql {

/// java.sql.Types
enum JdbcType : int {
  kJdbcBit = -7,
  kJdbcSmallint = 5,
  kJdbcInteger = 4,
  kJdbcBigint = -5,
  kJdbcFloat = 6,
  kJdbcReal = 7,
  kJdbcDouble = 8,
  kJdbcNumeric = 2,
  kJdbcDecimal = 3,
  kJdbcChar = 1,
  kJdbcVarchar = 12,
  kJdbcDate = 91,
  kJdbcTime = 92,
  kJdbcTimestamp = 93,
  kJdbcBinary = -2,
  kJdbcVarbinary = -3,
  kJdbcBlob = 2004,
  kJdbcBoolean = 16,
  kJdbcNchar = -15,
  kJdbcNvarchar = -9,
  kJdbcOther = 1111,
  kJdbcZonedTimestamp = 2014,
};

struct ColumnDefinition {
  std::string name;
  int jdbc_type = kJdbcOther;
  std::string type;                    // "BIGINT UNSIGNED", "ENUM"
  std::optional<std::string> charset;  // of texts; the table's where the column has none of its own
  std::optional<int> length;
  std::optional<int> scale;
  bool optional = true;
  bool auto_increment = false;
  bool generated = false;
  std::optional<std::string> comment;
  bool has_default = false;
  std::optional<std::string> default_text;  // none: NULL, if has_default
  std::vector<std::string> labels;          // of ENUM and SET, as the DDL has them: with quotes

  bool operator==(const ColumnDefinition&) const = default;
};

struct TableDefinition {
  TableId id;
  std::string charset;  // of columns that do not say
  std::vector<ColumnDefinition> columns;
  std::vector<std::string> key;  // names of the primary key's columns, or of the first unique one's
  std::optional<std::string> comment;

  bool operator==(const TableDefinition&) const = default;
  /// Null if there is none.
  ColumnDefinition* column(std::string_view name);
  const ColumnDefinition* column(std::string_view name) const;
};

/// The tables of a server as far as they are known, and what they inherit.
struct TableModel {
  std::map<TableId, TableDefinition> tables;
  std::map<std::string, std::string> database_charsets;
  std::string server_charset = "latin1";

  const TableDefinition* find(const TableId& id) const;
  std::string charset_of(const std::string& database) const;
};

/// A label as events have it: without its quotes, and a backslash before each comma.
std::string label_text(std::string_view quoted);

}  // namespace sluice::connectors::cdc::mysql
