#include "connectors/sql/source/offsets.h"

#include <fmt/core.h>

namespace sluice::connectors::sql {
namespace {

using sdk::Kind;
using sdk::MapEntry;
using sdk::Value;

constexpr std::string_view kIncrementing = "incrementing";
constexpr std::string_view kTimestamp = "timestamp";
constexpr std::string_view kTimestampNanos = "timestamp_nanos";
constexpr std::string_view kProtocol = "protocol";
constexpr std::string_view kProtocolVersion = "1";
constexpr std::string_view kTable = "table";
constexpr std::string_view kQuery = "query";

Result<std::optional<int64_t>> number(const Value& map, std::string_view key) {
  const Value value = sdk::map_get(map, key);
  if (value.is_null()) return std::optional<int64_t>();
  if (value.kind() != Kind::kInt64) {
    return failed(fmt::format(
        "The stored offset has no whole number under '{}'; reset or alter the connector's offsets", key));
  }
  return std::optional<int64_t>(value.as_integer());
}

}  // namespace

Value make_offset(sdk::Arena& arena, const SourceOffset& offset) {
  const size_t count = (offset.id ? 1U : 0U) + (offset.timestamp ? 2U : 0U);
  auto* entries = arena.array<MapEntry>(count);
  MapEntry* next = entries;
  if (offset.id) *next++ = {Value::string(kIncrementing), Value::int64(*offset.id)};
  if (offset.timestamp) {
    *next++ = {Value::string(kTimestampNanos), Value::int64(offset.timestamp->nanos)};
    *next++ = {Value::string(kTimestamp), Value::int64(offset.timestamp->ms())};
  }
  return Value::map({entries, count});
}

Result<SourceOffset> read_offset(const Value& map) {
  SourceOffset offset;
  SLUICE_ASSIGN_OR_RETURN(offset.id, number(map, kIncrementing));
  SLUICE_ASSIGN_OR_RETURN(const std::optional<int64_t> ms, number(map, kTimestamp));
  SLUICE_ASSIGN_OR_RETURN(const std::optional<int64_t> nanos, number(map, kTimestampNanos));
  if (!ms) return offset;
  Instant instant = Instant::from_ms(*ms);
  if (nanos && *nanos >= 0 && *nanos < kNanosPerSecond) instant.nanos = static_cast<int32_t>(*nanos);
  offset.timestamp = instant;
  return offset;
}

Value table_partition(sdk::Arena& arena, const TableId& table) {
  auto* entries = arena.array<MapEntry>(2);
  entries[0] = {Value::string(kProtocol), Value::string(kProtocolVersion)};
  entries[1] = {Value::string(kTable), Value::string(arena.copy(plain_name(table)))};
  return Value::map({entries, 2});
}

Value null_times_partition(sdk::Arena& arena, const TableId& table) {
  auto* entries = arena.array<MapEntry>(3);
  entries[0] = {Value::string(kProtocol), Value::string(kProtocolVersion)};
  entries[1] = {Value::string(kTable), Value::string(arena.copy(plain_name(table)))};
  entries[2] = {Value::string(kTimestamp), Value::string("null")};
  return Value::map({entries, 3});
}

Value old_table_partition(sdk::Arena& arena, const TableId& table) {
  return sdk::single_entry_map(arena, kTable, Value::string(arena.copy(table.table)));
}

Value query_partition(sdk::Arena& arena) {
  return sdk::single_entry_map(arena, kQuery, Value::string(kQuery));
}

}  // namespace sluice::connectors::sql
