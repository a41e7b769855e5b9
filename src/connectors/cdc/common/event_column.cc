#include "connectors/cdc/common/event_column.h"

#include <fmt/core.h>

#include <algorithm>

namespace sluice::connectors::cdc {

Result<std::vector<int>> key_columns(const Filters& filters, const TableId& table,
                                     const std::vector<std::string>& own,
                                     const std::vector<std::string>& names,
                                     const std::vector<EventColumn>& columns) {
  std::vector<std::string> wanted = filters.key_columns(table);
  const bool chosen = !wanted.empty();
  if (!chosen) wanted = own;
  std::vector<int> key;
  for (const std::string& name : wanted) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      if (!chosen) continue;  // dropped since, or added
      return bad_config(fmt::format("message.key.columns: table {} has no column {}", table.text(), name));
    }
    const auto i = found - names.begin();
    if (columns[static_cast<size_t>(i)].schema != nullptr) key.push_back(static_cast<int>(i));
  }
  return key;
}

std::vector<bool> needed_columns(const std::vector<EventColumn>& columns, const std::vector<int>& key) {
  std::vector<bool> needed;
  for (const EventColumn& column : columns) needed.push_back(column.schema != nullptr && column.in_value);
  for (const int i : key) needed[static_cast<size_t>(i)] = true;
  return needed;
}

EventPlanParts event_plan_parts(const CommonOptions& options, const TableId& table,
                                const sdk::SchemaPtr& source_schema) {
  EventPlanParts parts;
  parts.table = table;
  parts.topic = options.names.table_topic(table);
  parts.schema_prefix = options.names.schema_name(parts.topic);
  parts.envelope_name = options.names.schema_name(parts.topic + ".Envelope");
  parts.source_schema = source_schema;
  return parts;
}

}  // namespace sluice::connectors::cdc
