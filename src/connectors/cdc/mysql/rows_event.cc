#include "connectors/cdc/mysql/rows_event.h"

#include <fmt/core.h>

namespace sluice::connectors::cdc::mysql {
namespace {

constexpr size_t kTableIdSize = 6;

bool has_extra_data(EventType type) {
  return type == EventType::kWriteRows || type == EventType::kUpdateRows || type == EventType::kDeleteRows ||
         type == EventType::kWriteRowsCompressed || type == EventType::kUpdateRowsCompressed ||
         type == EventType::kDeleteRowsCompressed;
}

bool is_compressed(EventType type) {
  return type >= EventType::kWriteRowsCompressedV1 && type <= EventType::kDeleteRowsCompressed;
}

bool bit(BytesView bitmap, size_t i) {
  return (static_cast<unsigned char>(bitmap[i / 8]) >> (i % 8) & 1) != 0;
}

size_t count_bits(BytesView bitmap, size_t size) {
  size_t count = 0;
  for (size_t i = 0; i < size; ++i) count += bit(bitmap, i) ? 1 : 0;
  return count;
}

Error unreadable(const TableMap& map, std::string_view why) {
  return bad_record(fmt::format("a row of table {}.{} {}", map.database, map.table, why));
}

}  // namespace

RowsKind rows_kind(EventType type) {
  switch (type) {
    case EventType::kWriteRowsV1:
    case EventType::kWriteRows:
    case EventType::kWriteRowsCompressedV1:
    case EventType::kWriteRowsCompressed:
      return RowsKind::kInsert;
    case EventType::kUpdateRowsV1:
    case EventType::kUpdateRows:
    case EventType::kUpdateRowsCompressedV1:
    case EventType::kUpdateRowsCompressed:
      return RowsKind::kUpdate;
    case EventType::kDeleteRowsV1:
    case EventType::kDeleteRows:
    case EventType::kDeleteRowsCompressedV1:
    case EventType::kDeleteRowsCompressed:
      return RowsKind::kDelete;
    default:
      return RowsKind::kNone;
  }
}

Status RowsReader::start(const BinlogEvent& event, const TableMap& map, sdk::Arena& arena) {
  map_ = &map;
  kind_ = rows_kind(event.header.type);
  ByteReader reader(event.body);
  reader.take(kTableIdSize);
  reader.take(2);  // flags
  if (has_extra_data(event.header.type)) {
    const auto size = reader.fixed<uint16_t>();  // counts itself
    reader.take(size < 2 ? 0 : size - 2U);
  }
  const size_t width = reader.packed();
  if (!reader.ok() || width != map.columns.size())
    return unreadable(
        map, fmt::format("has {} columns, but the log says the table has {}", width, map.columns.size()));
  present_ = reader.take((width + 7) / 8);
  if (kind_ == RowsKind::kUpdate) present_after_ = reader.take((width + 7) / 8);
  if (!reader.ok()) return unreadable(map, "is cut short");
  BytesView rows = reader.rest();
  if (is_compressed(event.header.type)) {
    SLUICE_RETURN_IF_ERROR(unpack_maria(rows, unpacked_));
    rows = unpacked_;
  }
  rows_ = ByteReader(arena.copy(rows));
  return {};
}

void RowsReader::move_to(sdk::Arena& arena) { rows_ = ByteReader(arena.copy(rows_.rest())); }

Status RowsReader::read_image(BytesView present, ByteReader& rows, std::vector<Cell>& cells) const {
  const size_t width = map_->columns.size();
  cells.resize(width);
  const BytesView nulls = rows.take((count_bits(present, width) + 7) / 8);
  if (!rows.ok()) return unreadable(*map_, "is cut short");
  size_t at = 0;
  for (size_t i = 0; i < width; ++i) {
    if (!bit(present, i)) {
      cells[i].kind = CellKind::kAbsent;
    } else if (bit(nulls, at++)) {
      cells[i].kind = CellKind::kNull;
    } else if (!read_cell(map_->columns[i], rows, cells[i])) {
      return unreadable(*map_, fmt::format("has a value of type {} in column {}, which is not known here",
                                           static_cast<int>(map_->columns[i].type), i + 1));
    }
  }
  return rows.ok() ? Status{} : unreadable(*map_, "is cut short");
}

Status RowsReader::next(std::vector<Cell>& before, std::vector<Cell>& after) {
  const size_t left = rows_.left();
  if (kind_ != RowsKind::kInsert) SLUICE_RETURN_IF_ERROR(read_image(present_, rows_, before));
  if (kind_ != RowsKind::kDelete) {
    const BytesView present = kind_ == RowsKind::kInsert ? present_ : present_after_;
    SLUICE_RETURN_IF_ERROR(read_image(present, rows_, after));
  }
  return rows_.left() < left ? Status{} : unreadable(*map_, "has no columns");
}

}  // namespace sluice::connectors::cdc::mysql
