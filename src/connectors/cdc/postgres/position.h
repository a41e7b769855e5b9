#pragma once
// Where a reader is in the log, as Debezium's offsets tell it, and the `source` block of events. One thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/cdc/common/offset_extras.h"
#include "connectors/cdc/common/snapshot_mark.h"
#include "connectors/cdc/postgres/lsn.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"
#include "sdk/data/value.h"

namespace sluice::connectors::cdc::postgres {

struct Position {
  std::optional<Lsn> lsn;        // of the last event
  std::optional<Lsn> processed;  // lsn_proc
  std::optional<Lsn> commit;     // of the last commit
  std::optional<int64_t> xid;
  std::optional<int64_t> time_micros;
  std::optional<int64_t> xmin;
  std::string_view message;  // "INSERT", …; lives for ever; empty: none
  /// Changes with this LSN so far; rows of one COPY share theirs. Ours; written if it is more than one.
  int64_t events_at_lsn = 0;
  bool in_snapshot = false;
  bool snapshot_done = false;  // its last record

  /// A map of the arena; `extras` add their keys.
  sdk::Value offset(const OffsetExtras& extras, sdk::Arena& arena) const;
  static Position load(const sdk::Value& offset);
};

struct SourceInfo {
  std::string name;  // topic.prefix
  std::string database;
  std::optional<std::string> origin;
  std::optional<Lsn> origin_lsn;
};

const sdk::SchemaPtr& source_schema();
/// The struct; `info` and the names live as long as the batch.
sdk::StructNode* source_struct(const SourceInfo& info, const Position& position, std::string_view space,
                               std::string_view table, SnapshotMark mark, sdk::Arena& arena);
/// Changes the mark of a struct that nobody has seen yet.
void set_snapshot_mark(sdk::StructNode* source, SnapshotMark mark);

}  // namespace sluice::connectors::cdc::postgres
