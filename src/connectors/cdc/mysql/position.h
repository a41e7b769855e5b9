#pragma once
// Where a reader is in the binary log, as Debezium's offsets tell it, and the `source` block of events
// (io.debezium.connector.binlog: BinlogOffsetContext, BinlogSourceInfo). One thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/cdc/common/offset_extras.h"
#include "connectors/cdc/common/snapshot_mark.h"
#include "connectors/cdc/mysql/gtid_set.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"
#include "sdk/data/value.h"

namespace sluice::connectors::cdc::mysql {

struct Position {
  // Where reading begins again: a transaction, and how much of it is done.
  std::string file;
  uint64_t restart = 0;  // position of the transaction in the file
  std::string gtids;     // of everything before the transaction; empty: none
  int64_t events = 0;    // done in the transaction, its first one counted
  int64_t rows = 0;      // done in the event after these
  int64_t server_id = 0;
  std::optional<int64_t> seconds;  // since 1970

  // What is being read.
  uint64_t current = 0;  // position of the event
  uint32_t event_size = 0;
  int32_t row = 0;          // in the event
  std::string gtid;         // of the transaction; empty: none
  std::string gtids_after;  // with this transaction
  int64_t micros = 0;       // when it was committed
  int64_t thread = -1;      // of the server; -1: not told
  std::string query;        // that the rows come from, where it is wanted
  bool in_transaction = false;
  bool in_snapshot = false;
  bool snapshot_done = false;
  /// Changes with the texts above.
  uint64_t texts = 1;

  bool known() const { return !file.empty(); }
  void rotate(std::string_view to, uint64_t position);
  void begin_event(uint64_t position, uint32_t size);
  void start_gtid(std::string transaction, std::string all);
  void begin_transaction();
  void end_transaction();
  void begin_row(int number);
  void end_event() { ++events; }

  /// A map of the arena; `extras` add their keys. Texts are copied.
  sdk::Value offset(const OffsetExtras& extras, sdk::Arena& arena) const;
  static Position load(const sdk::Value& offset);
};

/// Whether the history's record at `recorded` belongs to the time before the offset `wanted`.
bool is_at_or_before(const sdk::Value& recorded, const sdk::Value& wanted, Flavour flavour);

/// The texts of a position in the arena of a batch, made once for all the records that share them.
class PositionTexts {
 public:
  /// `generation` counts the batches.
  void refresh(const Position& position, uint64_t generation, sdk::Arena& arena);

  std::string_view file;
  std::string_view gtids;
  std::string_view gtid;
  std::string_view query;

 private:
  uint64_t generation_ = 0;
  uint64_t texts_ = 0;
};

/// The same offset with texts that are in the arena already.
sdk::Value offset_of(const Position& position, const PositionTexts& texts, const OffsetExtras& extras,
                     sdk::Arena& arena);

struct SourceInfo {
  std::string name;       // topic.prefix
  std::string connector;  // "mysql" or "mariadb"
  sdk::SchemaPtr schema;

  static SourceInfo make(Flavour flavour, const std::string& prefix);
};
/// Columns `space` and `table` live as long as the batch.
sdk::StructNode* source_struct(const SourceInfo& info, const Position& position, const PositionTexts& texts,
                               std::string_view space, const sdk::Value& table, SnapshotMark mark,
                               sdk::Arena& arena);
void set_snapshot_mark(sdk::StructNode* source, SnapshotMark mark);

}  // namespace sluice::connectors::cdc::mysql
