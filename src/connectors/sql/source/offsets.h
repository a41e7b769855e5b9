#pragma once
// Source partitions and offsets of tables and queries, as the Java connector writes them.

#include <optional>
#include <string>

#include "base/result.h"
#include "connectors/sql/column.h"
#include "connectors/sql/instant.h"
#include "sdk/source.h"

namespace sluice::connectors::sql {

struct SourceOffset {
  std::optional<Instant> timestamp;
  std::optional<int64_t> id;
};

/// {"incrementing":n,"timestamp":ms,"timestamp_nanos":n}, as far as set.
sdk::Value make_offset(sdk::Arena& arena, const SourceOffset& offset);
/// Error kind kFailed names what is wrong with a stored offset.
Result<SourceOffset> read_offset(const sdk::Value& map);

/// {"protocol":"1","table":"schema.table"}; `arena` holds the map, names are copied.
sdk::Value table_partition(sdk::Arena& arena, const TableId& table);
/// {"protocol":"1","table":"schema.table","timestamp":"null"}: of the rows without a time, which the Java
/// connector never reads.
sdk::Value null_times_partition(sdk::Arena& arena, const TableId& table);
/// {"table":"table"}: what older versions wrote, and bulk mode's.
sdk::Value old_table_partition(sdk::Arena& arena, const TableId& table);
/// {"query":"query"}
sdk::Value query_partition(sdk::Arena& arena);

}  // namespace sluice::connectors::sql
