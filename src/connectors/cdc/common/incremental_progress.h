#pragma once
// How far an incremental snapshot is: what offsets keep of it (io.debezium.pipeline.source.snapshot
// .incremental: AbstractIncrementalSnapshotContext). One thread.

#include <deque>
#include <optional>
#include <string>

#include "connectors/cdc/common/chunk_key.h"
#include "connectors/cdc/common/table_id.h"
#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::connectors::cdc {

struct SnapshotTable {
  TableId id;
  std::string condition;      // SQL; empty: none
  std::string surrogate_key;  // a column; empty: the table's own key
};

struct IncrementalProgress {
  std::deque<SnapshotTable> tables;  // still to be read, the current one first
  std::optional<ChunkKey> sent;      // of the row that was written last
  std::optional<ChunkKey> maximum;   // the largest when the table was begun
  std::string correlation_id;        // of the signal that asked for it
  bool paused = false;               // ours in offsets: Debezium goes on after a restart

  bool running() const { return !tables.empty(); }
  void next_table();

  // What offsets keep of it: nothing when none is running.
  size_t offset_entries() const { return running() ? kEntriesMax : 0; }
  sdk::MapEntry* store(sdk::MapEntry* to, sdk::Arena& arena) const;
  /// What cannot be read is begun anew: a table from its beginning.
  void load(const sdk::Value& offset);

 private:
  static constexpr size_t kEntriesMax = 5;
  std::string tables_json() const;
};

}  // namespace sluice::connectors::cdc
