#include "connectors/cdc/postgres/tables.h"

#include <fmt/core.h>

#include <algorithm>

#include "connectors/cdc/postgres/position.h"

namespace sluice::connectors::cdc::postgres {

Status Tables::restart(sluice::postgres::Session& session) {
  session_ = &session;
  tables_.clear();
  return types_.load(session);
}

Result<std::vector<std::pair<TableId, Oid>>> Tables::captured() {
  SLUICE_ASSIGN_OR_RETURN(auto tables, list_tables(*session_));
  std::erase_if(tables, [&](const auto& table) { return !options_.filters.captures(table.first); });
  return tables;
}

Result<TablePtr> Tables::describe(const TableId& id, Oid oid, TableShape& shape) {
  SLUICE_ASSIGN_OR_RETURN(shape, describe_table(*session_, id, oid));
  return Table::make(shape, types_, source_schema(), options_, *session_);
}

/// Columns as the message has them: the catalogue may be ahead of the log. Nullability, defaults and the key
/// are in the catalogue alone.
Result<TableShape> Tables::shape_of(const Message& relation, const TableId& id) {
  SLUICE_ASSIGN_OR_RETURN(TableShape now, describe_table(*session_, id, relation.relation));
  TableShape shape{id, relation.relation, {}, true, {}};
  for (const RelationColumn& told : relation.columns) {
    TableColumn column{std::string(told.name), told.type, told.modifier, false, {}};
    const auto known = std::find_if(now.columns.begin(), now.columns.end(),
                                    [&](const TableColumn& one) { return one.name == told.name; });
    if (known != now.columns.end()) {
      column.not_null = known->not_null;
      column.default_text = known->default_text;
    }
    shape.columns.push_back(std::move(column));
  }
  shape.key = std::move(now.key);
  return shape;
}

Status Tables::learn(const Message& relation) {
  const TableId id{std::string(relation.space), std::string(relation.name)};
  if (!options_.filters.captures(id)) {
    tables_[relation.relation] = nullptr;
    return {};
  }
  SLUICE_ASSIGN_OR_RETURN(const TableShape shape, shape_of(relation, id));
  SLUICE_ASSIGN_OR_RETURN(tables_[relation.relation],
                          Table::make(shape, types_, source_schema(), options_, *session_));
  return {};
}

Result<const TablePtr*> Tables::find(Oid relation) const {
  const auto found = tables_.find(relation);
  if (found == tables_.end())
    return failed(fmt::format("PostgreSQL sent a change of relation {} that it has not described", relation));
  return &found->second;
}

}  // namespace sluice::connectors::cdc::postgres
