#include "connectors/sql/odbc/dialect_parts.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace sluice::connectors::sql {
namespace {

std::vector<std::string> names_of(const Dialect& dialect, const TableWrite& write, bool quoted) {
  std::vector<std::string> names;
  for (const WriteColumn* column : write.bound()) names.push_back(dialect.name(column->name, quoted));
  return names;
}

std::string_view integer_type(const DdlTypes& types, int bits) {
  if (bits <= 8) return types.int8;
  if (bits <= 16) return types.int16;
  return bits <= 32 ? types.int32 : types.int64;
}

}  // namespace

Result<std::string> ddl_type(const DdlTypes& types, const NewColumn& column, std::string_view product) {
  switch (column.cells.kind) {
    case CellKind::kBoolean:
      return std::string(types.boolean);
    case CellKind::kInteger:
      return std::string(integer_type(types, column.integer_bits));
    case CellKind::kFloat32:
      return std::string(types.float32);
    case CellKind::kFloat64:
      return std::string(types.float64);
    case CellKind::kText:
      return std::string(column.key ? types.text_key : types.text);
    case CellKind::kBytes:
      return std::string(types.bytes);
    case CellKind::kDecimal:
      return fmt::format(fmt::runtime(types.decimal), column.scale);
    case CellKind::kDate:
      return std::string(types.date);
    case CellKind::kTime:
      return std::string(types.time);
    case CellKind::kTimestamp:
      return std::string(types.timestamp);
    case CellKind::kArray:
      break;
  }
  return bad_record(fmt::format("{} has no type for the array '{}'; leave it out or turn it into text",
                                product, column.name));
}

std::string select_placeholders(const Dialect& dialect, const TableWrite& write, bool quoted) {
  std::vector<std::string> items;
  for (const std::string& name : names_of(dialect, write, quoted)) items.push_back("? AS " + name);
  return fmt::format("SELECT {}", fmt::join(items, ","));
}

std::string values_as_dat(const Dialect& dialect, const TableWrite& write, bool quoted) {
  const auto names = names_of(dialect, write, quoted);
  const std::vector<std::string_view> places(names.size(), "?");
  return fmt::format("(VALUES({})) AS DAT({})", fmt::join(places, ","), fmt::join(names, ","));
}

std::string merge_statement(const Dialect& dialect, const TableWrite& write, bool quoted,
                            const MergeForm& form) {
  // A SET names the target's columns bare: some products take nothing else.
  const auto pair = [&](const WriteColumn& column, std::string_view prefix) {
    const std::string name = dialect.name(column.name, quoted);
    return fmt::format("{}{}={}{}", prefix, name, form.source_prefix, name);
  };
  std::vector<std::string> same;
  std::vector<std::string> changes;
  std::vector<std::string> values;
  for (const WriteColumn& column : write.keys) same.push_back(pair(column, form.target_prefix));
  for (const WriteColumn& column : write.others) changes.push_back(pair(column, ""));
  const auto names = names_of(dialect, write, quoted);
  for (const std::string& name : names) values.push_back(form.source_prefix + name);
  std::string sql =
      fmt::format("MERGE INTO {} USING {} ON ({})", form.target, form.source, fmt::join(same, " AND "));
  if (!changes.empty()) sql += fmt::format(" WHEN MATCHED THEN UPDATE SET {}", fmt::join(changes, ","));
  return sql + fmt::format(" WHEN NOT MATCHED THEN INSERT({}) VALUES({}){}", fmt::join(names, ","),
                           fmt::join(values, ","), form.end);
}

Result<std::vector<std::string>> add_one_by_one(const Dialect& dialect, const TableId& table,
                                                const std::vector<std::string>& clauses, bool quoted) {
  std::vector<std::string> statements;
  for (const std::string& clause : clauses)
    statements.push_back(fmt::format("ALTER TABLE {} ADD {}", dialect.name(table, quoted), clause));
  return statements;
}

Error no_upsert(std::string_view product) {
  return bad_config(fmt::format("{} has no upsert here; set insert.mode to insert or update", product));
}

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

}  // namespace sluice::connectors::sql
