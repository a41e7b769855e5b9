#pragma once
// What statements do to tables. The parser is tolerant: it follows what it needs and steps over the rest;
// where it cannot follow, it says which tables must be looked at again.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/cdc/mysql/table_definition.h"

namespace sluice::connectors::cdc::mysql {

enum class DdlKind : unsigned char { kCreate, kAlter, kDrop, kTruncate, kDatabase };

/// What a statement does to one table, or to a database.
struct DdlChange {
  DdlKind kind = DdlKind::kDatabase;
  TableId table;                    // of kDatabase: only its space
  std::optional<TableId> previous;  // of a table that is renamed
  std::string statement;            // its part of the statement, as Debezium cuts it
};

struct DdlResult {
  std::vector<DdlChange> changes;  // none: nothing that is known of here
  std::vector<TableId> unclear;    // tables whose definition must be read again
  std::string problem;             // why, if any is unclear
};

/// Applies one statement, which ran in `database`, to the model.
DdlResult apply_ddl(std::string_view sql, const std::string& database, TableModel& model);

/// "`db`.`table`"
std::string quoted_table(const TableId& id);

}  // namespace sluice::connectors::cdc::mysql
