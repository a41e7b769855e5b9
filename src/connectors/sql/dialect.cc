#include "connectors/sql/dialect.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <array>

#include "connectors/sql/time_text.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

const std::array<const Dialect*, 11>& dialects() {
  static const std::array<const Dialect*, 11> kDialects{
      &sqlite_dialect(), &postgres_dialect(),   &mysql_dialect(),  &oracle_dialect(),
      &db2_dialect(),    &sql_server_dialect(), &derby_dialect(),  &hana_dialect(),
      &sybase_dialect(), &vertica_dialect(),    &generic_dialect()};
  return kDialects;
}

std::string quoted_text(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted.push_back(c);
    quoted.push_back(c);
  }
  return quoted + "'";
}

std::string hex(BytesView bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02X}", static_cast<uint8_t>(byte));
  return text;
}

std::string decimal_text(const sdk::Value& cell) {
  std::string text;
  sdk::append_decimal_plain(text, cell.as_bytes(), cell.decimal_scale());
  return text;
}

}  // namespace

std::string Dialect::quote(std::string_view identifier) const {
  std::string quoted(1, quote_begin());
  for (const char c : identifier) {
    if (c == quote_end()) quoted.push_back(c);
    quoted.push_back(c);
  }
  quoted.push_back(quote_end());
  return quoted;
}

std::string Dialect::quote(const TableId& table) const { return name(table, true); }

std::string Dialect::name(std::string_view identifier, bool quoted) const {
  return quoted ? quote(identifier) : std::string(identifier);
}

std::string Dialect::name(const TableId& table, bool quoted) const {
  std::string text;
  for (const std::string* part : {&table.catalog, &table.schema}) {
    if (!part->empty()) text += name(*part, quoted) + ".";
  }
  return text + name(table.table, quoted);
}

std::string Dialect::fit(std::string_view identifier) const {
  size_t length = identifier.size();
  if (name_bytes_max() == 0 || length <= name_bytes_max()) return std::string(identifier);
  length = name_bytes_max();
  // Not in the middle of a character.
  while (length > 0 && (static_cast<uint8_t>(identifier[length]) & 0xC0) == 0x80) --length;
  return std::string(identifier.substr(0, length));
}

std::string Dialect::literal(const CellType& type, const sdk::Value& cell) const {
  if (cell.is_null()) return "NULL";
  switch (type.kind) {
    case CellKind::kBoolean:
      return cell.as_boolean() ? "1" : "0";
    case CellKind::kInteger:
      return std::to_string(cell.as_integer());
    case CellKind::kFloat32:
    case CellKind::kFloat64:
      return fmt::format("{}", cell.as_float64());
    case CellKind::kDecimal:
      return decimal_text(cell);
    case CellKind::kBytes:
      return "X'" + hex(cell.as_bytes()) + "'";
    case CellKind::kDate:
      return quoted_text(format_time({cell.as_integer() * kSecondsPerDay, 0}, '\0', 0));
    case CellKind::kTime:
      return quoted_text(format_time(instant_of(type, cell), ' ', 3).substr(sizeof("1970-01-01")));
    case CellKind::kTimestamp:
      return quoted_text(format_time(instant_of(type, cell), ' ', 3));
    case CellKind::kText:
    case CellKind::kArray:
      break;
  }
  return quoted_text(cell.kind() == sdk::Kind::kString ? cell.as_string() : std::string_view());
}

Result<std::string> Dialect::statement(const TableWrite& write, const WriteOptions& options) const {
  switch (write.kind) {
    case WriteKind::kUpsert:
      return upsert(write, options);
    case WriteKind::kUpdate:
      return update(write, options.quote_identifiers);
    case WriteKind::kDelete:
      return remove(write, options.quote_identifiers);
    case WriteKind::kInsert:
      break;
  }
  return insert(write, options.quote_identifiers);
}

std::string Dialect::insert(const TableWrite& write, bool quoted) const {
  std::vector<std::string> names;
  std::vector<std::string> places;
  for (const WriteColumn* column : write.bound()) {
    names.push_back(name(column->name, quoted));
    places.push_back(placeholder(places.size() + 1));
  }
  return fmt::format("INSERT INTO {}({}) VALUES({})", name(write.table, quoted), fmt::join(names, ","),
                     fmt::join(places, ","));
}

std::string Dialect::update(const TableWrite& write, bool quoted) const {
  size_t place = 0;
  const auto pairs = [&](const std::vector<WriteColumn>& columns) {
    std::vector<std::string> texts;
    for (const WriteColumn& column : columns)
      texts.push_back(fmt::format("{} = {}", name(column.name, quoted), placeholder(++place)));
    return texts;
  };
  const auto changes = pairs(write.others);
  const auto keys = pairs(write.keys);
  return fmt::format("UPDATE {} SET {} WHERE {}", name(write.table, quoted), fmt::join(changes, ", "),
                     fmt::join(keys, " AND "));
}

std::string Dialect::remove(const TableWrite& write, bool quoted) const {
  std::vector<std::string> keys;
  for (const WriteColumn& column : write.keys)
    keys.push_back(fmt::format("{} = {}", name(column.name, quoted), placeholder(keys.size() + 1)));
  return fmt::format("DELETE FROM {} WHERE {}", name(write.table, quoted), fmt::join(keys, " AND "));
}

Result<std::string> Dialect::column_clause(const NewColumn& column, bool quoted) const {
  SLUICE_ASSIGN_OR_RETURN(const std::string type, column_type(column));
  std::string clause = name(column.name, quoted) + " " + type;
  if (column.default_value) {
    clause += " DEFAULT " + literal(column.cells, *column.default_value);
  } else {
    clause += column.nullable && !column.key ? null_clause() : " NOT NULL";
  }
  return clause;
}

Result<std::string> Dialect::create_table(const TableId& table, std::span<const NewColumn> columns,
                                          bool quoted) const {
  std::vector<std::string> clauses;
  std::vector<std::string> keys;
  for (const NewColumn& column : columns) {
    SLUICE_ASSIGN_OR_RETURN(std::string clause, column_clause(column, quoted));
    clauses.push_back(std::move(clause));
    if (column.key) keys.push_back(name(column.name, quoted));
  }
  if (!keys.empty()) clauses.push_back(fmt::format("PRIMARY KEY({})", fmt::join(keys, ",")));
  return fmt::format("CREATE TABLE {} ({})", name(table, quoted), fmt::join(clauses, ", "));
}

Result<std::vector<std::string>> Dialect::add_columns(const TableId& table,
                                                      std::span<const NewColumn> columns, bool quoted) const {
  std::vector<std::string> clauses;
  for (const NewColumn& column : columns) {
    SLUICE_ASSIGN_OR_RETURN(const std::string clause, column_clause(column, quoted));
    clauses.push_back("ADD " + clause);
  }
  return std::vector<std::string>{
      fmt::format("ALTER TABLE {} {}", name(table, quoted), fmt::join(clauses, ", "))};
}

std::string Dialect::truncate(const TableId& table, bool quoted) const {
  return "TRUNCATE TABLE " + name(table, quoted);
}

std::vector<std::string> dialect_names() {
  std::vector<std::string> names;
  for (const Dialect* dialect : dialects()) names.emplace_back(dialect->name());
  return names;
}

Result<const Dialect*> find_dialect(std::string_view name) {
  for (const Dialect* dialect : dialects()) {
    if (dialect->name() == name) return dialect;
  }
  return bad_config(
      fmt::format("There is no dialect '{}' here; there are {}", name, fmt::join(dialect_names(), ", ")));
}

}  // namespace sluice::connectors::sql
