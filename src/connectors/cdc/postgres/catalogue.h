#pragma once
// What the database's catalogue says about tables: columns, keys, which there are. One thread.

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/cdc/common/table_id.h"
#include "connectors/cdc/postgres/types.h"
#include "drivers/postgres/session.h"

namespace sluice::connectors::cdc::postgres {

struct TableColumn {
  std::string name;
  Oid type = 0;
  int modifier = -1;  // pg_attribute.atttypmod
  bool not_null = false;
  std::string default_text;  // the expression; empty: none

  bool operator==(const TableColumn&) const = default;
};

struct TableShape {
  TableId id;
  Oid oid = 0;
  std::vector<TableColumn> columns;
  bool in_log = false;           // told by the log, not by the catalogue
  std::vector<std::string> key;  // of the primary key, or of the first unique index; empty: none

  bool operator==(const TableShape&) const = default;
};

/// Tables of users, with their OIDs, in order of their names.
Result<std::vector<std::pair<TableId, Oid>>> list_tables(sluice::postgres::Session& session);
/// A table as it is now; without columns if it is gone.
Result<TableShape> describe_table(sluice::postgres::Session& session, const TableId& id, Oid oid);

}  // namespace sluice::connectors::cdc::postgres
