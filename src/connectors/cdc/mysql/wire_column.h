#pragma once
// Columns as TABLE_MAP events describe them, and how their values are read off a row (MySQL Internals,
// "Binary log: rows events").

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "connectors/cdc/mysql/byte_reader.h"
#include "connectors/cdc/mysql/cell.h"

namespace sluice::connectors::cdc::mysql {

enum class WireType : uint8_t {
  kDecimal = 0,
  kTiny = 1,
  kShort = 2,
  kLong = 3,
  kFloat = 4,
  kDouble = 5,
  kNull = 6,
  kTimestamp = 7,
  kLongLong = 8,
  kInt24 = 9,
  kDate = 10,
  kTime = 11,
  kDateTime = 12,
  kYear = 13,
  kNewDate = 14,
  kVarchar = 15,
  kBit = 16,
  kTimestamp2 = 17,
  kDateTime2 = 18,
  kTime2 = 19,
  kBlobCompressed = 140,     // MariaDB
  kVarcharCompressed = 141,  // MariaDB
  kVector = 242,
  kJson = 245,
  kNewDecimal = 246,
  kEnum = 247,
  kSet = 248,
  kTinyBlob = 249,
  kMediumBlob = 250,
  kLongBlob = 251,
  kBlob = 252,
  kVarString = 253,
  kString = 254,
  kGeometry = 255,
};

struct WireColumn {
  WireType type = WireType::kNull;
  uint8_t prefix = 0;     // bytes of the length before strings; of a number of enum and set
  uint8_t precision = 0;  // of decimals
  uint8_t scale = 0;      // of decimals; digits of the second
  uint16_t bits = 0;      // of kBit
};

/// Reads the next value. False if the type is unknown; the reader tells what is cut short.
bool read_cell(const WireColumn& column, ByteReader& row, Cell& cell);

struct TableMap {
  uint64_t id = 0;
  std::string database;
  std::string table;
  std::vector<WireColumn> columns;
  std::vector<std::string> names;  // empty unless binlog_row_metadata=FULL
};
/// Errors: kBadRecord for what is cut short.
Result<TableMap> parse_table_map(BytesView body);
/// Of a TABLE_MAP or a rows event.
uint64_t table_id_of(BytesView body);

}  // namespace sluice::connectors::cdc::mysql
