#pragma once
// Which tables a connector copies, and how they travel in task configurations.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "connectors/sql/dialect.h"
#include "connectors/sql/options.h"

namespace sluice::connectors::sql {

/// The tables that the filters let through, in the database's order. Error kind kFailed if two of them would
/// share a topic. `missing` gets the names of the whitelist that no table has.
Result<std::vector<TableId>> find_tables(Connection& connection, const SourceOptions& options,
                                         std::vector<std::string>& missing);

/// Contiguous groups whose sizes differ by one at most, as Java's ConnectorUtils.groupPartitions.
std::vector<std::vector<TableId>> group_tables(const std::vector<TableId>& tables, int groups);

/// `"public"."orders","public"."users"` and back.
std::string join_tables(const Dialect& dialect, const std::vector<TableId>& tables);
std::vector<TableId> split_tables(const Dialect& dialect, std::string_view text);

}  // namespace sluice::connectors::sql
