#include "connectors/cdc/postgres/table.h"

#include <fmt/core.h>

#include <algorithm>

#include "connectors/cdc/common/event_column.h"
#include "connectors/cdc/postgres/defaults.h"
#include "sdk/data/schema_builder.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sdk::SchemaBuilder;

/// The type's name as the catalogue calls it by JDBC: columns that count by themselves have names of their
/// own.
std::string catalogue_name(const TableColumn& column, const std::string& name) {
  if (column.default_text.find("nextval(") == std::string::npos) return name;
  if (name == "int2") return "smallserial";
  if (name == "int4") return "serial";
  return name == "int8" ? "bigserial" : name;
}

/// What column.propagate.source.type adds to a field.
void tell_type(const ColumnDecoder& decoder, const TableColumn& column, bool in_log, SchemaBuilder& schema) {
  std::string name = in_log ? decoder.type_name() : catalogue_name(column, decoder.type_name());
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  schema.parameter("__debezium.source.column.type", name);
  // By JDBC the catalogue tells nothing of a numeric without a precision.
  const bool unmeasured = !in_log && decoder.variable_scale();
  schema.parameter("__debezium.source.column.length", std::to_string(unmeasured ? 0 : decoder.length()));
  if (!unmeasured) schema.parameter("__debezium.source.column.scale", std::to_string(decoder.scale()));
  schema.parameter("__debezium.source.column.name", column.name);
}

}  // namespace

Result<EventColumn> Table::event_column(const TableShape& shape, size_t i, const Type& type,
                                        const Options& options, sdk::Arena& fillers) {
  const TableColumn& column = shape.columns[i];
  ColumnDecoder& decoder = decoders_[i];
  return make_event_column(
      options, shape.id, {column.name, column.not_null, decoder.type_name()}, decoder, fillers,
      [&](sdk::Arena& arena) {
        return column.default_text.empty() ? std::nullopt
                                           : default_value(decoder, type, column.default_text, arena);
      },
      [&](SchemaBuilder& schema) { tell_type(decoder, column, shape.in_log, schema); });
}

Result<TablePtr> Table::make(const TableShape& shape, Types& types, const sdk::SchemaPtr& source_schema,
                             const Options& options, sluice::postgres::Session& session) {
  std::shared_ptr<Table> table(new Table());
  table->id_ = shape.id;
  EventPlanParts parts = event_plan_parts(options, shape.id, source_schema);
  auto fillers = std::make_shared<sdk::Arena>();
  for (const TableColumn& column : shape.columns) {
    SLUICE_ASSIGN_OR_RETURN(const Type* const type, types.get(column.type, session));
    if (type->element != 0) SLUICE_RETURN_IF_ERROR(types.get(type->element, session));
    table->names_.push_back(column.name);
    table->decoders_.emplace_back(types, *type, column.modifier, options.values);
    SLUICE_ASSIGN_OR_RETURN(EventColumn event,
                            table->event_column(shape, table->names_.size() - 1, *type, options, *fillers));
    parts.columns.push_back(std::move(event));
  }
  SLUICE_ASSIGN_OR_RETURN(parts.key_columns,
                          key_columns(options.filters, shape.id, shape.key, table->names_, parts.columns));
  table->needed_ = needed_columns(parts.columns, parts.key_columns);
  table->signals_ = options.filters.signals(parts.table);
  parts.fillers = std::move(fillers);
  SLUICE_ASSIGN_OR_RETURN(table->plan_, EventPlan::make(std::move(parts)));
  return TablePtr(std::move(table));
}

Error Table::bad_cell(size_t column, const Error& reason) const {
  return bad_record(fmt::format("Column {}.{}: {}", id_.text(), names_[column], reason.message()));
}

}  // namespace sluice::connectors::cdc::postgres
