#include "connectors/cdc/mysql/table.h"

#include <fmt/core.h>

#include "connectors/cdc/common/event_column.h"

namespace sluice::connectors::cdc::mysql {
namespace {

/// What column.propagate.source.type adds to a field.
void tell_type(const ColumnDefinition& column, sdk::SchemaBuilder& schema) {
  schema.parameter("__debezium.source.column.type", column.type);
  if (column.length) schema.parameter("__debezium.source.column.length", std::to_string(*column.length));
  if (column.scale) schema.parameter("__debezium.source.column.scale", std::to_string(*column.scale));
  schema.parameter("__debezium.source.column.name", column.name);
  if (column.comment) schema.parameter("__debezium.source.column.comment", *column.comment);
}

}  // namespace

Result<TablePtr> Table::make(const TableDefinition& definition, const sdk::SchemaPtr& source_schema,
                             const Options& options) {
  std::shared_ptr<Table> table(new Table());
  EventPlanParts parts = event_plan_parts(options, definition.id, source_schema);
  auto fillers = std::make_shared<sdk::Arena>();
  for (const ColumnDefinition& column : definition.columns) {
    table->names_.push_back(column.name);
    ColumnDecoder& decoder = table->decoders_.emplace_back(column, options.values);
    SLUICE_ASSIGN_OR_RETURN(EventColumn event,
                            make_event_column(
                                options, definition.id, {column.name, !column.optional, column.type}, decoder,
                                *fillers, [&](sdk::Arena& arena) { return decoder.default_value(arena); },
                                [&](sdk::SchemaBuilder& schema) { tell_type(column, schema); }));
    parts.columns.push_back(std::move(event));
  }
  SLUICE_ASSIGN_OR_RETURN(parts.key_columns, key_columns(options.filters, definition.id, definition.key,
                                                         table->names_, parts.columns));
  table->needed_ = needed_columns(parts.columns, parts.key_columns);
  table->signals_ = options.filters.signals(parts.table);
  parts.fillers = std::move(fillers);
  SLUICE_ASSIGN_OR_RETURN(table->plan_, EventPlan::make(std::move(parts)));
  return TablePtr(std::move(table));
}

Error Table::bad_cell(size_t column, const Error& reason) const {
  return bad_record(fmt::format("Column {}.{}: {}", id().text(), names_[column], reason.message()));
}

}  // namespace sluice::connectors::cdc::mysql
