#include "connectors/cdc/mysql/tables.h"

namespace sluice::connectors::cdc::mysql {

Result<TablePtr> Tables::find(const TableId& id) {
  const auto known = compiled_.find(id);
  if (known != compiled_.end()) return known->second;
  TablePtr table;
  const TableDefinition* definition = model.find(id);
  if (definition != nullptr && options_.filters.captures(id)) {
    SLUICE_ASSIGN_OR_RETURN(table, Table::make(*definition, source_.schema, options_));
  }
  return compiled_[id] = table;
}

}  // namespace sluice::connectors::cdc::mysql
