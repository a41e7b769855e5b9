#pragma once
// The captured tables as the reader knows them, by OID; looked up in the catalogue on a session of their own.
// One thread.

#include <map>
#include <memory>
#include <vector>

#include "connectors/cdc/postgres/catalogue.h"
#include "connectors/cdc/postgres/options.h"
#include "connectors/cdc/postgres/pgoutput.h"
#include "connectors/cdc/postgres/table.h"
#include "connectors/cdc/postgres/types.h"

namespace sluice::connectors::cdc::postgres {

class Tables {
 public:
  explicit Tables(const Options& options) : options_(options) {}

  /// Forgets everything and reads the types; `session` is used until the next call.
  Status restart(sluice::postgres::Session& session);
  /// All tables that are captured, in order of their names.
  Result<std::vector<std::pair<TableId, Oid>>> captured();
  /// A table as the catalogue has it now; `shape` gets what that is.
  Result<TablePtr> describe(const TableId& id, Oid oid, TableShape& shape);
  /// Learns what a relation message says.
  Status learn(const Message& relation);
  /// Null if the table is not captured; kFailed for a relation that no message has told of.
  Result<const TablePtr*> find(Oid relation) const;

 private:
  Result<TableShape> shape_of(const Message& relation, const TableId& id);

  const Options& options_;
  sluice::postgres::Session* session_ = nullptr;
  Types types_;
  std::map<Oid, TablePtr> tables_;
};

}  // namespace sluice::connectors::cdc::postgres
