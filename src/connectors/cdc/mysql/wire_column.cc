#include "connectors/cdc/mysql/wire_column.h"

#include "connectors/cdc/mysql/packed_decimal.h"

namespace sluice::connectors::cdc::mysql {
namespace {

constexpr size_t kTableIdSize = 6;
constexpr int64_t kMicros = 1'000'000;
constexpr uint64_t kColumnNames = 4;  // field of the optional metadata

int64_t sign_extended(uint64_t number, int bytes) {
  const int shift = 64 - 8 * bytes;
  return static_cast<int64_t>(number << shift) >> shift;
}

size_t fraction_size(int digits) { return static_cast<size_t>((digits + 1) / 2); }

/// Microseconds of a big-endian fraction with that many digits, of which an even number is stored.
int64_t fraction_micros(uint64_t stored, int digits) {
  static constexpr int64_t kUnits[] = {kMicros, 10'000, 10'000, 100, 100, 1, 1};
  return static_cast<int64_t>(stored) * kUnits[digits];
}

int64_t micros_of_day(uint64_t hour, uint64_t minute, uint64_t second) {
  return static_cast<int64_t>(hour * 3600 + minute * 60 + second) * kMicros;
}

void read_date(uint64_t packed, Cell& cell) {
  cell.kind = CellKind::kDate;
  cell.civil = {static_cast<int32_t>(packed >> 9), static_cast<uint8_t>(packed >> 5 & 15),
                static_cast<uint8_t>(packed & 31), 0};
}

/// 20240229133700
void read_old_datetime(uint64_t packed, Cell& cell) {
  cell.kind = CellKind::kDateTime;
  const uint64_t date = packed / 1'000'000;
  const uint64_t time = packed % 1'000'000;
  cell.civil = {static_cast<int32_t>(date / 10'000), static_cast<uint8_t>(date / 100 % 100),
                static_cast<uint8_t>(date % 100), micros_of_day(time / 10'000, time / 100 % 100, time % 100)};
}

void read_datetime(const WireColumn& column, ByteReader& row, Cell& cell) {
  constexpr uint64_t kOffset = uint64_t{1} << 39;
  const uint64_t packed = row.big_number(5) - kOffset;
  const uint64_t days = packed >> 17;
  const uint64_t month = days >> 5;
  cell.kind = CellKind::kDateTime;
  cell.civil = {static_cast<int32_t>(month / 13), static_cast<uint8_t>(month % 13),
                static_cast<uint8_t>(days & 31),
                micros_of_day(packed >> 12 & 31, packed >> 6 & 63, packed & 63) +
                    fraction_micros(row.big_number(fraction_size(column.scale)), column.scale)};
}

/// Whole and fraction are one number, of which its offset is taken: so a negative one borrows.
void read_time(const WireColumn& column, ByteReader& row, Cell& cell) {
  const size_t fraction = fraction_size(column.scale);
  const auto bits = static_cast<int>(8 * fraction);
  const auto packed = static_cast<int64_t>(row.big_number(3 + fraction)) - (int64_t{0x800000} << bits);
  const auto magnitude = static_cast<uint64_t>(packed < 0 ? -packed : packed);
  const uint64_t whole = magnitude >> bits;
  const uint64_t part = magnitude & ((uint64_t{1} << bits) - 1);
  const int64_t micros =
      micros_of_day(whole >> 12 & 0x3ff, whole >> 6 & 63, whole & 63) + fraction_micros(part, column.scale);
  cell.kind = CellKind::kTime;
  cell.integer = packed < 0 ? -micros : micros;
}

/// 8385959
void read_old_time(int64_t packed, Cell& cell) {
  const auto magnitude = static_cast<uint64_t>(packed < 0 ? -packed : packed);
  const int64_t micros = micros_of_day(magnitude / 10'000, magnitude / 100 % 100, magnitude % 100);
  cell.kind = CellKind::kTime;
  cell.integer = packed < 0 ? -micros : micros;
}

void read_instant(int64_t seconds, int64_t micros, Cell& cell) {
  cell.kind = CellKind::kInstant;
  cell.integer = seconds * kMicros + micros;
}

void read_integer(ByteReader& row, int size, Cell& cell) {
  cell.kind = CellKind::kInteger;
  cell.integer = sign_extended(row.number(static_cast<size_t>(size)), size);
}

void read_bytes(const WireColumn& column, ByteReader& row, CellKind kind, Cell& cell) {
  cell.kind = kind;
  cell.bytes = row.take(row.number(column.prefix));
}

bool read_number(const WireColumn& column, ByteReader& row, Cell& cell) {
  switch (column.type) {
    case WireType::kTiny:
      read_integer(row, 1, cell);
      return true;
    case WireType::kShort:
      read_integer(row, 2, cell);
      return true;
    case WireType::kInt24:
      read_integer(row, 3, cell);
      return true;
    case WireType::kLong:
      read_integer(row, 4, cell);
      return true;
    case WireType::kLongLong:
      read_integer(row, 8, cell);
      return true;
    case WireType::kFloat:
      cell.kind = CellKind::kFloat;
      cell.real = row.fixed<float>();
      return true;
    case WireType::kDouble:
      cell.kind = CellKind::kDouble;
      cell.real = row.fixed<double>();
      return true;
    case WireType::kNewDecimal:
      cell.kind = CellKind::kDecimal;
      cell.precision = column.precision;
      cell.scale = column.scale;
      cell.bytes = row.take(decimal_size(column.precision, column.scale));
      return true;
    case WireType::kYear: {
      const uint8_t year = row.byte();
      cell.kind = CellKind::kYear;
      cell.integer = year == 0 ? 0 : 1900 + year;
      return true;
    }
    default:
      return false;
  }
}

bool read_temporal(const WireColumn& column, ByteReader& row, Cell& cell) {
  switch (column.type) {
    case WireType::kDate:
    case WireType::kNewDate:
      read_date(row.number(3), cell);
      return true;
    case WireType::kTime:
      read_old_time(sign_extended(row.number(3), 3), cell);
      return true;
    case WireType::kTime2:
      read_time(column, row, cell);
      return true;
    case WireType::kDateTime:
      read_old_datetime(row.number(8), cell);
      return true;
    case WireType::kDateTime2:
      read_datetime(column, row, cell);
      return true;
    case WireType::kTimestamp:
      read_instant(static_cast<int64_t>(row.number(4)), 0, cell);
      return true;
    case WireType::kTimestamp2: {
      const auto seconds = static_cast<int64_t>(row.big_number(4));
      const uint64_t fraction = row.big_number(fraction_size(column.scale));
      read_instant(seconds, fraction_micros(fraction, column.scale), cell);
      return true;
    }
    default:
      return false;
  }
}

// --- the description of a table

/// What a string's two bytes say: its real type, and how long it can be, whose upper bits are in the type.
WireColumn string_column(uint8_t first, uint8_t second) {
  constexpr uint8_t kLengthBits = 0x30;
  WireColumn column;
  unsigned length = second;
  if ((first & kLengthBits) != kLengthBits) {
    length |= static_cast<unsigned>((first & kLengthBits) ^ kLengthBits) << 4;
    first |= kLengthBits;
  }
  column.type = static_cast<WireType>(first);
  const bool number = column.type == WireType::kEnum || column.type == WireType::kSet;
  column.prefix = static_cast<uint8_t>(number ? second : length > 255 ? 2 : 1);
  return column;
}

bool too_wide(const WireColumn& column) {
  constexpr int kDecimalMax = 65;
  constexpr int kFractionMax = 6;
  if (column.type == WireType::kNewDecimal)
    return column.precision > kDecimalMax || column.scale > column.precision || column.precision == 0;
  return column.scale > kFractionMax || column.prefix > 8;
}

WireColumn read_column(WireType type, ByteReader& metadata) {
  WireColumn column{type, 0, 0, 0, 0};
  switch (type) {
    case WireType::kFloat:
    case WireType::kDouble:
      metadata.byte();
      break;
    case WireType::kTinyBlob:
    case WireType::kBlob:
    case WireType::kMediumBlob:
    case WireType::kLongBlob:
    case WireType::kBlobCompressed:
    case WireType::kGeometry:
    case WireType::kJson:
    case WireType::kVector:
      column.prefix = metadata.byte();
      break;
    case WireType::kVarchar:
    case WireType::kVarString:
    case WireType::kVarcharCompressed:
      column.prefix = metadata.fixed<uint16_t>() > 255 ? 2 : 1;
      break;
    case WireType::kNewDecimal:
      column.precision = metadata.byte();
      column.scale = metadata.byte();
      break;
    case WireType::kBit: {
      const uint8_t bits = metadata.byte();
      column.bits = static_cast<uint16_t>(metadata.byte() * 8 + bits);
      break;
    }
    case WireType::kString:
    case WireType::kEnum:
    case WireType::kSet: {
      const uint8_t first = metadata.byte();
      column = string_column(first, metadata.byte());
      break;
    }
    case WireType::kTime2:
    case WireType::kDateTime2:
    case WireType::kTimestamp2:
      column.scale = metadata.byte();
      break;
    default:
      break;
  }
  return column;
}

void read_optional_metadata(ByteReader& reader, TableMap& map) {
  while (!reader.at_end() && reader.ok()) {
    const uint64_t field = reader.byte();
    ByteReader value(reader.take(reader.packed()));
    if (field != kColumnNames) continue;
    while (!value.at_end() && value.ok()) map.names.emplace_back(value.take(value.packed()));
  }
}

}  // namespace

bool read_cell(const WireColumn& column, ByteReader& row, Cell& cell) {
  switch (column.type) {
    case WireType::kNull:
      cell.kind = CellKind::kNull;
      return true;
    case WireType::kBit:
      cell.kind = CellKind::kBits;
      cell.bytes = row.take((column.bits + 7U) / 8);
      return true;
    case WireType::kEnum:
    case WireType::kSet:
      cell.kind = column.type == WireType::kEnum ? CellKind::kEnum : CellKind::kSet;
      cell.integer = static_cast<int64_t>(row.number(column.prefix));
      return true;
    case WireType::kVarchar:
    case WireType::kVarString:
    case WireType::kString:
    case WireType::kTinyBlob:
    case WireType::kBlob:
    case WireType::kMediumBlob:
    case WireType::kLongBlob:
    case WireType::kGeometry:
    case WireType::kVector:
      read_bytes(column, row, CellKind::kBytes, cell);
      return true;
    case WireType::kBlobCompressed:
    case WireType::kVarcharCompressed:
      read_bytes(column, row, CellKind::kPacked, cell);
      return true;
    case WireType::kJson:
      read_bytes(column, row, CellKind::kJson, cell);
      return true;
    default:
      return read_number(column, row, cell) || read_temporal(column, row, cell);
  }
}

uint64_t table_id_of(BytesView body) { return ByteReader(body).number(kTableIdSize); }

Result<TableMap> parse_table_map(BytesView body) {
  ByteReader reader(body);
  TableMap map;
  map.id = reader.number(kTableIdSize);
  reader.take(2);  // flags
  map.database = reader.take(reader.byte());
  reader.take(1);
  map.table = reader.take(reader.byte());
  reader.take(1);
  const BytesView types = reader.take(reader.packed());
  ByteReader metadata(reader.take(reader.packed()));
  for (const char type : types) {
    map.columns.push_back(read_column(static_cast<WireType>(type), metadata));
    if (too_wide(map.columns.back()))
      return bad_record("the binary log describes table " + map.database + "." + map.table + " by nonsense");
  }
  reader.take((types.size() + 7) / 8);  // which may be null
  if (!reader.ok() || !metadata.ok())
    return bad_record("the binary log's description of a table is cut short");
  read_optional_metadata(reader, map);
  if (map.names.size() != map.columns.size()) map.names.clear();
  return map;
}

}  // namespace sluice::connectors::cdc::mysql
