#pragma once
// Columns of events from a connector's column decoders: names, optional fields, defaults, masks, what
// parameters of the schema tell of the source.

#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "connectors/cdc/common/event_plan.h"
#include "connectors/cdc/common/options.h"
#include "sdk/data/schema_builder.h"

namespace sluice::connectors::cdc {

struct ColumnTraits {
  std::string name;
  bool required = false;
  std::string type_name;  // the database's
};

/// `decoder` has publishes, schema, use_schema, filler, length and is_text; `fallback(arena)` is the default
/// that the database has for the column; `tell(schema)` adds what column.propagate.source.type wants told.
template <typename Decoder, typename Fallback, typename Tell>
Result<EventColumn> make_event_column(const CommonOptions& options, const TableId& table,
                                      const ColumnTraits& traits, Decoder& decoder, sdk::Arena& fillers,
                                      Fallback fallback_of, Tell tell) {
  EventColumn event;
  event.field = options.names.field_name(traits.name);
  event.in_value = options.filters.captures_column(table, traits.name);
  if (!decoder.publishes()) {
    log::warn("Column {}.{} is left out of events: there is no schema for its type {}", table.text(),
              traits.name, traits.type_name);
    return event;
  }
  SLUICE_ASSIGN_OR_RETURN(const sdk::SchemaPtr plain, decoder.schema().build());
  decoder.use_schema(plain);
  const std::optional<sdk::Value> fallback = fallback_of(fillers);
  const auto finish = [&](sdk::SchemaBuilder builder) {
    // Some types are optional whatever the column is.
    if (!traits.required && !builder.is_optional()) builder.optional();
    if (fallback) builder.default_value(*fallback);
    return builder.build();
  };
  SLUICE_ASSIGN_OR_RETURN(event.schema, finish(decoder.schema()));
  const MaskRule* mask = options.filters.mask(table, traits.name);
  const bool tells = options.filters.tells_type(table, traits.name, traits.type_name);
  if (mask != nullptr || tells) {
    sdk::SchemaBuilder builder = decoder.schema();
    if (mask != nullptr) tell_mask(*mask, decoder.length(), builder);
    if (tells) tell(builder);
    SLUICE_ASSIGN_OR_RETURN(event.row_schema, finish(std::move(builder)));
    if (mask != nullptr) event.mask = make_mask(*mask, decoder.is_text(), decoder.length());
  }
  // Structs among the cells are of the field's own schema.
  decoder.use_schema(event.row_schema ? event.row_schema : event.schema);
  event.filler = fallback ? *fallback : decoder.filler(fillers);
  return event;
}

/// Places of the key's columns: those of message.key.columns, or the table's `own`. Error kind kBadConfig if
/// one that was chosen is not there.
Result<std::vector<int>> key_columns(const Filters& filters, const TableId& table,
                                     const std::vector<std::string>& own,
                                     const std::vector<std::string>& names,
                                     const std::vector<EventColumn>& columns);
/// Which columns' cells are in any event.
std::vector<bool> needed_columns(const std::vector<EventColumn>& columns, const std::vector<int>& key);

/// Topic and names of the schemas of a table's events.
EventPlanParts event_plan_parts(const CommonOptions& options, const TableId& table,
                                const sdk::SchemaPtr& source_schema);

}  // namespace sluice::connectors::cdc
