#pragma once
// A value of a row as the server has it, before it is known what is to become of it. Views refer to the row.

#include <cstdint>

#include "base/bytes.h"

namespace sluice::connectors::cdc::mysql {

enum class CellKind : uint8_t {
  kAbsent,  // the row image leaves the column out
  kNull,
  kInteger,   // `integer`, with the sign of the wire: unsigned columns need it taken off by their width
  kFloat,     // `real`, which was a float
  kDouble,    // `real`
  kDecimal,   // `bytes` in the server's packed form, `precision`, `scale`
  kBytes,     // `bytes`: strings in the column's character set, and what has a form of its own
  kPacked,    // `bytes` of a compressed column of MariaDB's
  kDate,      // `civil`
  kTime,      // `integer`: microseconds, signed
  kDateTime,  // `civil`
  kInstant,   // `integer`: microseconds since 1970
  kYear,      // `integer`
  kBits,      // `bytes`, the most significant first
  kEnum,      // `integer`: number of the label, from 1; 0: none of them
  kSet,       // `integer`: a bit per label
  kJson,      // `bytes` in MySQL's binary form
};

struct Civil {
  int32_t year = 0;
  uint8_t month = 0;
  uint8_t day = 0;
  int64_t micros_of_day = 0;

  /// A date that there is not, such as 0000-00-00 or 2020-00-10.
  bool zero() const { return month == 0 || day == 0; }
};

struct Cell {
  CellKind kind = CellKind::kNull;
  uint8_t precision = 0;
  uint8_t scale = 0;
  int64_t integer = 0;
  double real = 0;
  BytesView bytes;
  Civil civil;
};

}  // namespace sluice::connectors::cdc::mysql
