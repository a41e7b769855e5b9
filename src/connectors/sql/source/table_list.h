#pragma once
// Which tables a connector copies.

#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/sql/connection.h"
#include "connectors/sql/source/key_range.h"
#include "connectors/sql/source/options.h"

namespace sluice::connectors::sql {

/// The tables that the filters let through, in the database's order. Error kind kFailed if two of them would
/// share a topic. `missing` gets the names of the whitelist that no table has.
Result<std::vector<TableId>> find_tables(Connection& connection, const SourceOptions& options,
                                         std::vector<std::string>& missing);

/// Contiguous groups whose sizes differ by one at most, as Java's ConnectorUtils.groupPartitions.
std::vector<std::vector<TableSlice>> group_tables(const std::vector<TableSlice>& tables, int groups);

}  // namespace sluice::connectors::sql
