#pragma once
// What a database's folder does for incremental snapshots: reads tables in chunks by key, marks in the log
// when a chunk was read, and knows what events say of their source. One thread.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/cdc/common/chunk_key.h"
#include "connectors/cdc/common/event_plan.h"
#include "connectors/cdc/common/event_writer.h"
#include "connectors/cdc/common/incremental_progress.h"

namespace sluice::connectors::cdc {

/// Rows of a chunk, until they are written or dropped; what they hold lives as long as the arena.
struct ChunkRows {
  struct Row {
    Cells cells;
    ChunkKey key;
    bool dropped = false;  // the log has told something newer
  };
  sdk::Arena arena;
  std::vector<Row> rows;
};

class ChunkSource {
 public:
  enum class Ready : uint8_t { kYes, kUnknownTable, kNoKey };

  virtual ~ChunkSource() = default;

  /// A row of the signal table, committed when it returns.
  virtual Status insert_signal(const std::string& id, const std::string& type, const std::string& data) = 0;
  virtual Status delete_signal(const std::string& id) = 0;

  /// All captured tables.
  virtual Result<std::vector<TableId>> tables() = 0;
  /// Makes the table the current one, as it is now.
  virtual Result<Ready> open(const SnapshotTable& table) = 0;
  virtual const EventPlanPtr& plan() const = 0;
  /// Nothing if the table is empty.
  virtual Result<std::optional<ChunkKey>> maximum_key(const SnapshotTable& table) = 0;
  /// Up to `limit` rows behind `after` (null: from the beginning) and up to `maximum`, in the key's order.
  virtual Status read(const SnapshotTable& table, const ChunkKey* after, const ChunkKey* maximum, int limit,
                      ChunkRows& rows) = 0;

  /// Of a row that is written where the stream is.
  virtual EventOrigin origin(const TableId& table) = 0;
  /// Where the stream is, with what is in the writer's extras.
  virtual sdk::Value offset() = 0;
  /// Hands the batch over if it is full.
  virtual Status make_room() = 0;
};

}  // namespace sluice::connectors::cdc
