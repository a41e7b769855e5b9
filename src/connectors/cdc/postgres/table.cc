#include "connectors/cdc/postgres/table.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
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

Result<std::vector<int>> key_of(const TableShape& shape, const Options& options,
                                const std::vector<EventColumn>& columns) {
  std::vector<std::string> names = options.filters.key_columns(shape.id);
  const bool chosen = !names.empty();
  if (!chosen) names = shape.key;
  std::vector<int> key;
  for (const std::string& name : names) {
    const auto found = std::find_if(shape.columns.begin(), shape.columns.end(),
                                    [&](const TableColumn& column) { return column.name == name; });
    if (found == shape.columns.end()) {
      if (!chosen) continue;  // dropped since, or added
      return bad_config(fmt::format("message.key.columns: table {} has no column {}", shape.id.text(), name));
    }
    const auto i = found - shape.columns.begin();
    if (columns[static_cast<size_t>(i)].schema != nullptr) key.push_back(static_cast<int>(i));
  }
  return key;
}

}  // namespace

Result<EventColumn> Table::event_column(const TableShape& shape, size_t i, const Type& type,
                                        const Options& options, sdk::Arena& fillers) {
  const TableColumn& column = shape.columns[i];
  ColumnDecoder& decoder = decoders_[i];
  EventColumn event;
  event.field = options.names.field_name(column.name);
  event.in_value = options.filters.captures_column(shape.id, column.name);
  if (!decoder.publishes()) {
    log::warn("Column {}.{} is left out of events: there is no schema for its type {}", shape.id.text(),
              column.name, type.name);
    return event;
  }
  SLUICE_ASSIGN_OR_RETURN(const sdk::SchemaPtr plain, decoder.schema().build());
  decoder.use_schema(plain);
  const auto fallback =
      column.default_text.empty() ? std::nullopt : default_value(decoder, type, column.default_text, fillers);
  const auto finish = [&](SchemaBuilder builder) {
    if (!column.not_null) builder.optional();
    if (fallback) builder.default_value(*fallback);
    return builder.build();
  };
  SLUICE_ASSIGN_OR_RETURN(event.schema, finish(decoder.schema()));
  const MaskRule* mask = options.filters.mask(shape.id, column.name);
  const bool tells = options.filters.tells_type(shape.id, column.name, decoder.type_name());
  if (mask != nullptr || tells) {
    SchemaBuilder builder = decoder.schema();
    if (mask != nullptr) tell_mask(*mask, decoder.length(), builder);
    if (tells) tell_type(decoder, column, shape.in_log, builder);
    SLUICE_ASSIGN_OR_RETURN(event.row_schema, finish(std::move(builder)));
    if (mask != nullptr) event.mask = make_mask(*mask, decoder.is_text(), decoder.length());
  }
  // Structs among the cells are of the field's own schema.
  decoder.use_schema(event.row_schema ? event.row_schema : event.schema);
  event.filler = fallback ? *fallback : decoder.filler(fillers);
  return event;
}

Result<TablePtr> Table::make(const TableShape& shape, Types& types, const sdk::SchemaPtr& source_schema,
                             const Options& options, sluice::postgres::Session& session) {
  std::shared_ptr<Table> table(new Table());
  table->id_ = shape.id;
  EventPlanParts parts;
  parts.table = shape.id;
  parts.topic = options.names.table_topic(shape.id);
  parts.schema_prefix = options.names.schema_name(parts.topic);
  parts.envelope_name = options.names.schema_name(parts.topic + ".Envelope");
  parts.source_schema = source_schema;
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
  SLUICE_ASSIGN_OR_RETURN(parts.key_columns, key_of(shape, options, parts.columns));
  for (const EventColumn& column : parts.columns)
    table->needed_.push_back(column.schema != nullptr && column.in_value);
  for (const int i : parts.key_columns) table->needed_[static_cast<size_t>(i)] = true;
  parts.fillers = std::move(fillers);
  SLUICE_ASSIGN_OR_RETURN(table->plan_, EventPlan::make(std::move(parts)));
  return TablePtr(std::move(table));
}

Error Table::bad_cell(size_t column, const Error& reason) const {
  return bad_record(fmt::format("Column {}.{}: {}", id_.text(), names_[column], reason.message()));
}

}  // namespace sluice::connectors::cdc::postgres
