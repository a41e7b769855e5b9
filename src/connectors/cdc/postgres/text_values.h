#pragma once
// Values of PostgreSQL's own types from the texts that its output functions write. The texts come from a
// server; errors say what cannot be read. Results are in the arena or borrow from the text.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"
#include "sdk/data/value.h"

namespace sluice::connectors::cdc::postgres {

/// An interval as PostgreSQL writes it with IntervalStyle postgres: "1 year 2 mons -3 days 04:05:06.789".
struct Interval {
  int64_t months = 0;
  int64_t days = 0;
  int64_t micros = 0;
};
Result<Interval> parse_interval(std::string_view text);
/// As io.debezium.time.MicroDuration counts: a month is 365.25 / 12 days.
int64_t interval_micros(const Interval& interval);
/// "P1Y2M-3DT4H5M6.789S".
std::string interval_text(const Interval& interval);

/// The items of a flat array's text; absent: NULL.
Result<std::vector<std::optional<std::string_view>>> parse_array(std::string_view text, sdk::Arena& arena);

using HstoreEntries = std::vector<std::pair<std::string, std::optional<std::string>>>;
/// In the order of a java.util.HashMap, which is how Debezium writes them.
Result<HstoreEntries> parse_hstore(std::string_view text);
std::string hstore_json(const HstoreEntries& entries);

/// "(1.5,-2)" as a struct of `schema`, io.debezium.data.geometry.Point.
Result<sdk::Value> parse_point(std::string_view text, const sdk::Schema& schema, sdk::Arena& arena);
/// PostGIS writes EWKB in hexadecimal digits.
Result<sdk::Value> parse_geometry(std::string_view text, const sdk::Schema& schema, sdk::Arena& arena);
/// Digits 0 and 1 as little-endian bytes without leading zeros.
BytesView bit_bytes(std::string_view text, sdk::Arena& arena);
/// The bytes that pairs of hexadecimal digits stand for.
Result<BytesView> parse_hex(std::string_view digits, sdk::Arena& arena);
/// "$1,234.50", "-$0.01" as "1234.50", "-0.01".
std::string money_digits(std::string_view text);
/// "[1,2.5,3]" as an array of float64 or float32 numbers.
Result<sdk::Value> parse_vector(std::string_view text, bool doubles, sdk::Arena& arena);

}  // namespace sluice::connectors::cdc::postgres
