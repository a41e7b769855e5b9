// MySQL's and MariaDB's SQL.

#include "connectors/sql/mariadb/dialect.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sluice::connectors::sql {
namespace {

constexpr size_t kNameCharactersMax = 64;
constexpr int kKeyCharacters = 256;
constexpr int kDecimalDigitsMax = 65;
constexpr int kDecimalScaleMax = 30;
constexpr int kVarcharMax = 16'000;  // longer ones may not fit a row beside others

class MySqlDialect final : public Dialect {
 public:
  std::string_view name() const override { return "MySqlDatabaseDialect"; }
  std::string_view product() const override { return "MySQL"; }
  char quote_begin() const override { return '`'; }
  size_t name_bytes_max() const override { return 4 * kNameCharactersMax; }
  std::string fit(std::string_view identifier) const override {
    size_t characters = 0;
    for (size_t i = 0; i < identifier.size(); ++i) {
      const bool begins = (static_cast<uint8_t>(identifier[i]) & 0xC0) != 0x80;
      if (begins && ++characters > kNameCharactersMax) return std::string(identifier.substr(0, i));
    }
    return std::string(identifier);
  }

  std::string literal(const CellType& type, const sdk::Value& cell) const override {
    const bool text = !cell.is_null() && type.kind == CellKind::kText;
    // Whether a backslash escapes depends on sql_mode: in hexadecimal nothing
    // does.
    if (!text || cell.as_string().find('\\') == std::string_view::npos) return Dialect::literal(type, cell);
    return "_utf8mb4 " +
           Dialect::literal({CellKind::kBytes, {}, false, {}}, sdk::Value::bytes(cell.as_string()));
  }

  std::string as_text(std::string_view expression) const override {
    return "CAST(" + std::string(expression) + " AS CHAR)";
  }

  Result<std::string> upsert(const TableWrite& write, const WriteOptions& options) const override {
    return insert(write, options.quote_identifiers) + mysql_on_duplicate(write, options.quote_identifiers);
  }

  Result<std::string> column_type(const NewColumn& column) const override;
};

std::string integer_type(int bits) {
  return bits <= 8 ? "TINYINT" : bits <= 16 ? "SMALLINT" : bits <= 32 ? "INT" : "BIGINT";
}

std::string text_type(const NewColumn& column) {
  if (column.meaning == Meaning::kJson && !column.key) return "JSON";
  if (column.meaning == Meaning::kUuid) return "VARCHAR(36)";
  if (column.key) return fmt::format("VARCHAR({})", column.precision > 0 ? column.precision : kKeyCharacters);
  if (column.precision > 0 && column.precision <= kVarcharMax)
    return fmt::format("VARCHAR({})", column.precision);
  return column.default_value ? fmt::format("VARCHAR({})", kKeyCharacters) : "TEXT";  // a TEXT has no default
}

Result<std::string> MySqlDialect::column_type(const NewColumn& column) const {
  const int digits = column.cells.unit == TimeUnit::kMs ? 3 : 6;
  switch (column.cells.kind) {
    case CellKind::kBoolean:
      return std::string("TINYINT");
    case CellKind::kInteger:
      return integer_type(column.integer_bits);
    case CellKind::kFloat32:
      return std::string("FLOAT");
    case CellKind::kFloat64:
      return std::string("DOUBLE");
    case CellKind::kText:
      return text_type(column);
    case CellKind::kBytes:
      return std::string("VARBINARY(1024)");
    case CellKind::kDecimal:
      if (column.scale > kDecimalScaleMax) {
        return bad_record(
            fmt::format("Column '{}' has {} digits after the "
                        "point; a DECIMAL of MySQL has {}",
                        column.name, column.scale, kDecimalScaleMax));
      }
      return fmt::format("DECIMAL({},{})", kDecimalDigitsMax, std::max(column.scale, 0));
    case CellKind::kDate:
      return std::string("DATE");
    case CellKind::kTime:
      return fmt::format("TIME({})", digits);
    case CellKind::kTimestamp:
      return column.meaning == Meaning::kZonedTimestamp ? std::string("DATETIME(6)")
                                                        : fmt::format("DATETIME({})", digits);
    case CellKind::kArray:
      break;
  }
  return bad_record(
      fmt::format("MySQL has no type for the array '{}'; leave it out or turn it into text", column.name));
}

}  // namespace

std::string mysql_on_duplicate(const TableWrite& write, bool quoted) {
  const Dialect& dialect = mysql_dialect();
  std::vector<std::string> changes;
  const auto& columns = write.others.empty() ? write.keys : write.others;
  for (const WriteColumn& column : columns)
    changes.push_back(fmt::format("{0}=VALUES({0})", dialect.name(column.name, quoted)));
  return fmt::format(" ON DUPLICATE KEY UPDATE {}", fmt::join(changes, ","));
}

const Dialect& mysql_dialect() {
  static const MySqlDialect dialect;
  return dialect;
}

}  // namespace sluice::connectors::sql
