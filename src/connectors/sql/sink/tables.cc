#include "connectors/sql/sink/tables.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/log.h"
#include "connectors/sql/letter_case.h"

namespace sluice::connectors::sql {
namespace {

constexpr int kAttempts = 3;  // several tasks may change a table at once

std::vector<NewColumn> missing_of(const TableShape& shape, const std::vector<NewColumn>& columns) {
  std::vector<NewColumn> missing;
  for (const NewColumn& column : columns) {
    if (find_column(shape, column.name) == nullptr) missing.push_back(column);
  }
  return missing;
}

std::string names_of(const std::vector<NewColumn>& columns) {
  std::vector<std::string_view> names;
  for (const NewColumn& column : columns) names.push_back(column.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

const Column* find_column(const TableShape& shape, std::string_view name) {
  const Column* similar = nullptr;
  bool ambiguous = false;
  for (const Column& column : shape.columns) {
    if (column.name == name) return &column;
    if (!same_word(column.name, name)) continue;
    ambiguous = similar != nullptr;
    similar = &column;
  }
  return ambiguous ? nullptr : similar;
}

Result<const TableShape*> Tables::look(Connection& connection, const TableId& table) {
  const auto known = shapes_.find(table);
  if (known != shapes_.end()) return &known->second;
  SLUICE_ASSIGN_OR_RETURN(TableShape shape, connection.describe(table));
  return &(shapes_[table] = std::move(shape));
}

bool Tables::has_all(const TableShape& shape, const std::vector<NewColumn>& columns) {
  return shape.exists() && missing_of(shape, columns).empty();
}

Status Tables::check_type(const TableId& table, const TableShape& shape) const {
  const auto& allowed = options_.table_types;
  if (allowed.empty() || shape.type.empty() ||
      std::find(allowed.begin(), allowed.end(), shape.type) != allowed.end()) {
    return {};
  }
  return failed(fmt::format("'{}' is a {}, and table.types allows {} only; add it there to write to it",
                            plain_name(table), shape.type, fmt::join(allowed, ", ")));
}

Result<const TableShape*> Tables::change(Connection& connection, const TableId& table,
                                         const std::vector<NewColumn>& columns) {
  Status changed;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    shapes_.erase(table);
    SLUICE_ASSIGN_OR_RETURN(const TableShape* shape, look(connection, table));
    if (has_all(*shape, columns)) return shape;
    changed =
        shape->exists() ? extend(connection, table, *shape, columns) : create(connection, table, columns);
    // What another task has done meanwhile makes this one fail: look again.
    if (!changed.ok() && changed.error().kind() == ErrorKind::kClosed) return changed.error();
  }
  shapes_.erase(table);
  SLUICE_ASSIGN_OR_RETURN(const TableShape* shape, look(connection, table));
  if (has_all(*shape, columns)) return shape;
  return changed.error();
}

Status Tables::create(Connection& connection, const TableId& table, const std::vector<NewColumn>& columns) {
  if (!options_.auto_create) {
    return bad_record(fmt::format(
        "Table {} is missing and auto-creation is disabled; create it, or set auto.create to true",
        plain_name(table)));
  }
  SLUICE_ASSIGN_OR_RETURN(const std::string sql, connection.dialect().create_table(table, columns, true));
  log::info("Creating table {}: {}", plain_name(table), sql);
  SLUICE_RETURN_IF_ERROR(connection.execute(sql, {}, "create table " + plain_name(table)));
  return {};
}

Status Tables::extend(Connection& connection, const TableId& table, const TableShape& shape,
                      const std::vector<NewColumn>& columns) {
  const std::vector<NewColumn> missing = missing_of(shape, columns);
  if (shape.type == "VIEW") {
    return bad_record(fmt::format("View {} has no column for the fields {}; a view is not altered",
                                  plain_name(table), names_of(missing)));
  }
  for (const NewColumn& column : missing) {
    if (column.nullable || column.default_value) continue;
    return bad_record(
        fmt::format("Cannot ALTER TABLE {} to add missing field {}, as the field is not optional and does "
                    "not have a default value",
                    plain_name(table), column.name));
  }
  if (!options_.auto_evolve) {
    return bad_record(
        fmt::format("Table {} is missing fields ({}) and auto-evolution is disabled; add the columns, or set "
                    "auto.evolve to true",
                    plain_name(table), names_of(missing)));
  }
  SLUICE_ASSIGN_OR_RETURN(const auto statements, connection.dialect().add_columns(table, missing, true));
  for (const std::string& sql : statements) {
    log::info("Altering table {}: {}", plain_name(table), sql);
    SLUICE_RETURN_IF_ERROR(connection.execute(sql, {}, "add columns to table " + plain_name(table)));
  }
  return {};
}

}  // namespace sluice::connectors::sql
