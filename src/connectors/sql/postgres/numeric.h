#pragma once
// PostgreSQL's binary numeric: base 10,000 digits around the decimal point (numeric_recv).

#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace sluice::connectors::sql {

/// Length and bytes of a whole number, and of unscaled × 10^-scale (two's complement, big endian).
void append_pg_numeric(std::string& out, int64_t value);
void append_pg_numeric(std::string& out, BytesView unscaled, int32_t scale);

}  // namespace sluice::connectors::sql
