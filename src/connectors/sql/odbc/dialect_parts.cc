#include "connectors/sql/odbc/dialect_parts.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <charconv>
#include <limits>

#include "connectors/sql/letter_case.h"

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

/// "VARCHAR(1024)" for so many characters, if they are known and fewer: "VARCHAR(255)".
std::string text_type(std::string_view type, int characters) {
  const size_t open = type.find('(');
  if (characters <= 0 || open == std::string_view::npos) return std::string(type);
  int most = std::numeric_limits<int>::max();  // "(max)"
  std::from_chars(type.data() + open + 1, type.data() + type.size(), most);
  return characters < most ? fmt::format("{}({})", type.substr(0, open), characters) : std::string(type);
}

/// How a MERGE names what it compares.
struct MergeSides {
  std::string target;         // what stands after INTO
  std::string target_prefix;  // of the target's columns where both sides have them: target.
  std::string source;         // what stands after USING
  std::string source_prefix;  // incoming.
};

std::string merge(const Dialect& dialect, const TableWrite& write, bool quoted, const MergeSides& sides) {
  // A SET names the target's columns bare: some products take nothing else.
  const auto pair = [&](const WriteColumn& column, std::string_view prefix) {
    const std::string name = dialect.name(column.name, quoted);
    return fmt::format("{}{}={}{}", prefix, name, sides.source_prefix, name);
  };
  std::vector<std::string> same;
  std::vector<std::string> changes;
  std::vector<std::string> values;
  for (const WriteColumn& column : write.keys) same.push_back(pair(column, sides.target_prefix));
  for (const WriteColumn& column : write.others) changes.push_back(pair(column, ""));
  const auto names = names_of(dialect, write, quoted);
  for (const std::string& name : names) values.push_back(sides.source_prefix + name);
  std::string sql =
      fmt::format("MERGE INTO {} USING {} ON ({})", sides.target, sides.source, fmt::join(same, " AND "));
  if (!changes.empty()) sql += fmt::format(" WHEN MATCHED THEN UPDATE SET {}", fmt::join(changes, ","));
  return sql + fmt::format(" WHEN NOT MATCHED THEN INSERT({}) VALUES({})", fmt::join(names, ","),
                           fmt::join(values, ","));
}

}  // namespace

std::string OdbcDialect::fold(std::string_view identifier) const {
  return facts_.folds_to_upper ? upper_case(identifier) : std::string(identifier);
}

std::string OdbcDialect::literal(const CellType& type, const sdk::Value& cell) const {
  const bool word = facts_.words_for_booleans && type.kind == CellKind::kBoolean && !cell.is_null();
  if (!word) return Dialect::literal(type, cell);
  return cell.as_boolean() ? "TRUE" : "FALSE";
}

Result<std::string> OdbcDialect::upsert(const TableWrite&, const WriteOptions&) const {
  return bad_config(fmt::format("{} has no upsert here; set insert.mode to insert or update", product()));
}

Result<std::string> OdbcDialect::column_type(const NewColumn& column) const {
  const DdlTypes& types = facts_.types;
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
      return text_type(column.key ? types.text_key : types.text, column.precision);
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
                                product(), column.name));
}

Result<std::vector<std::string>> OdbcDialect::add_columns(const TableId& table,
                                                          std::span<const NewColumn> columns,
                                                          bool quoted) const {
  std::vector<std::string> clauses;
  for (const NewColumn& column : columns) {
    SLUICE_ASSIGN_OR_RETURN(std::string clause, column_clause(column, quoted));
    clauses.push_back(std::move(clause));
  }
  if (!facts_.add_several.empty())
    clauses = {fmt::format(fmt::runtime(facts_.add_several), fmt::join(clauses, ", "))};
  for (std::string& clause : clauses)
    clause = fmt::format("ALTER TABLE {} ADD {}", name(table, quoted), clause);
  return clauses;
}

std::string OdbcDialect::truncate(const TableId& table, bool quoted) const {
  return fmt::format("{} {}", facts_.truncate, name(table, quoted));
}

std::string merge_select(const Dialect& dialect, const TableWrite& write, const WriteOptions& options,
                         const MergeForm& form) {
  const bool quoted = options.quote_identifiers;
  std::vector<std::string> items;
  for (const std::string& name : names_of(dialect, write, quoted)) items.push_back("? AS " + name);
  const MergeSides sides{
      .target = fmt::format("{}{}{}target", dialect.name(write.table, quoted), form.lock, form.as),
      .target_prefix = "target.",
      .source = fmt::format("(SELECT {}{}){}incoming", fmt::join(items, ","), form.from, form.as),
      .source_prefix = "incoming."};
  return merge(dialect, write, quoted, sides).append(form.end);
}

std::string merge_values(const Dialect& dialect, const TableWrite& write, const WriteOptions& options) {
  const bool quoted = options.quote_identifiers;
  const std::string table = dialect.name(write.table, quoted);
  const auto names = names_of(dialect, write, quoted);
  const std::vector<std::string_view> places(names.size(), "?");
  const std::string row =
      fmt::format("(VALUES({})) AS DAT({})", fmt::join(places, ","), fmt::join(names, ","));
  return merge(dialect, write, quoted, {table, table + ".", row, "DAT."});
}

}  // namespace sluice::connectors::sql
