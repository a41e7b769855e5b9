#pragma once
// The replication slot and the publication that a connector reads by.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/cdc/common/table_id.h"
#include "connectors/cdc/postgres/lsn.h"
#include "connectors/cdc/postgres/options.h"
#include "drivers/postgres/session.h"

namespace sluice::connectors::cdc::postgres {

struct SlotState {
  bool active = false;
  std::string plugin;
  std::string database;
  std::string wal_status;  // "lost": what it should have kept is gone; empty before PostgreSQL 13
  std::optional<Lsn> restart;
  std::optional<Lsn> confirmed;
};

/// Nothing if there is no slot of that name.
Result<std::optional<SlotState>> read_slot(sluice::postgres::Session& session, const std::string& name);
/// Error kind kFailed that says what to do, for slots that this connector cannot read.
Status check_slot(const SlotState& slot, const Options& options);

struct CreatedSlot {
  Lsn start = 0;
  std::string snapshot;  // exported for as long as the replication session does nothing else
};
/// On a replication session. A temporary one ends with the session.
Result<CreatedSlot> create_slot(sluice::postgres::Session& replication, const std::string& name,
                                bool temporary, bool failover);

/// Makes the publication, or changes it, as publication.autocreate.mode says.
Status prepare_publication(sluice::postgres::Session& session, const Options& options,
                           const std::vector<TableId>& captured);
/// ALTER TABLE … REPLICA IDENTITY as replica.identity.autoset.values says.
Status set_replica_identities(sluice::postgres::Session& session, const Options& options,
                              const std::vector<TableId>& captured);

std::string quoted(const TableId& table);

}  // namespace sluice::connectors::cdc::postgres
