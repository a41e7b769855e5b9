#pragma once
// Events with rows: WRITE_ROWS, UPDATE_ROWS and DELETE_ROWS, versions 1 and 2, and MariaDB's compressed ones.

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "connectors/cdc/mysql/binlog_event.h"
#include "connectors/cdc/mysql/wire_column.h"
#include "sdk/data/arena.h"

namespace sluice::connectors::cdc::mysql {

enum class RowsKind : uint8_t { kNone, kInsert, kUpdate, kDelete };
RowsKind rows_kind(EventType type);

/// Reads the rows of one event after another, which it puts into the arena that their records are made in.
/// One thread.
class RowsReader {
 public:
  /// Error kind kBadRecord for what does not fit the table.
  Status start(const BinlogEvent& event, const TableMap& map, sdk::Arena& arena);
  /// What is left of the rows goes on in another arena.
  void move_to(sdk::Arena& arena);
  RowsKind kind() const { return kind_; }
  bool at_end() const { return rows_.at_end(); }
  /// The next row; `before` of updates and deletes, `after` of inserts and updates. One cell per column.
  Status next(std::vector<Cell>& before, std::vector<Cell>& after);

 private:
  Status read_image(BytesView present, ByteReader& rows, std::vector<Cell>& cells) const;

  const TableMap* map_ = nullptr;
  RowsKind kind_ = RowsKind::kNone;
  BytesView present_;        // bitmap of the columns in the image, of updates the one before
  BytesView present_after_;  // of updates
  ByteReader rows_{BytesView()};
  std::string unpacked_;
};

}  // namespace sluice::connectors::cdc::mysql
