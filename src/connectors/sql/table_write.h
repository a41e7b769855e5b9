#pragma once
// What the sink asks a connection to write: rows of cells for the columns of one table.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "connectors/sql/column.h"
#include "connectors/sql/instant.h"
#include "connectors/sql/zone.h"
#include "sdk/data/value.h"

namespace sluice::connectors::sql {

/// What the cells of a column hold, null always besides.
enum class CellKind : uint8_t {
  kBoolean,
  kInteger,  // any integer kind of Value
  kFloat32,
  kFloat64,
  kText,
  kBytes,
  kDecimal,    // each value with a scale of its own
  kDate,       // days since 1970: as_integer()
  kTime,       // counts of `unit` since midnight: as_integer()
  kTimestamp,  // counts of `unit` since 1970: as_integer()
  kArray,      // of `items`
};
enum class TimeUnit : uint8_t { kMs, kMicros, kNanos };

struct CellType {
  CellKind kind = CellKind::kText;
  TimeUnit unit = TimeUnit::kMs;
  /// Of kTime and kTimestamp: counts of a clock without a zone, written as they are; otherwise points in
  /// time, written on the clock of WriteOptions::zone.
  bool wall_clock = false;
  CellKind items = CellKind::kText;

  bool operator==(const CellType&) const = default;
};

struct WriteColumn {
  std::string name;  // as the table spells it
  CellType cells;
  Column declared;  // by the table
};

enum class WriteKind : uint8_t { kInsert, kUpsert, kUpdate, kDelete };

/// One way of changing one table. Cells of a row come in the order of bound().
struct TableWrite {
  TableId table;
  std::string table_type;  // TableShape::type
  WriteKind kind = WriteKind::kInsert;
  std::vector<WriteColumn> keys;
  std::vector<WriteColumn> others;

  /// Keys and then the others, but for updates: those name their keys last. Deletes have keys alone.
  std::vector<const WriteColumn*> bound() const;
};

struct WriteOptions {
  Zone zone;  // db.timezone
  bool legacy_calendar = false;
  bool quote_identifiers = true;
  size_t rows_per_statement = 3000;  // batch.size
  bool merge_holdlock = true;        // mssql.use.merge.holdlock
};

/// The count in a cell of kTimestamp, or of kTime (a time of day, in 1970): a point in time, or a wall
/// clock's.
Instant instant_of(const CellType& type, const sdk::Value& cell);
/// What a clock and a calendar of WriteOptions' zone show for a cell of kDate (at midnight), kTime (in 1970)
/// or kTimestamp: what is written where a column has no zone.
Instant local_of(const CellType& type, const sdk::Value& cell, const WriteOptions& options);

/// Rows to write, row by row. With WriteKind::kUpsert, kUpdate and kDelete no key comes twice.
struct RowBlock {
  std::span<const sdk::Value> cells;
  size_t columns = 0;

  size_t rows() const { return columns == 0 ? 0 : cells.size() / columns; }
  std::span<const sdk::Value> row(size_t index) const { return cells.subspan(index * columns, columns); }
};

/// What a column that does not exist yet is meant for, beyond its cells.
enum class Meaning : uint8_t { kNone, kJson, kXml, kUuid, kEnum, kZonedTimestamp, kZonedTime, kBits };

/// A column of a table that is to be created, or to be added to one.
struct NewColumn {
  std::string name;
  CellType cells;
  Meaning meaning = Meaning::kNone;
  int precision = 0;     // digits of decimals, characters of texts; 0: not known
  int scale = 0;         // of decimals
  int integer_bits = 0;  // 8 to 64, of integers
  bool key = false;
  bool nullable = true;
  std::optional<sdk::Value> default_value;  // a cell
};

}  // namespace sluice::connectors::sql
