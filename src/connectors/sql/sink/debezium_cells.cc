#include "connectors/sql/sink/debezium_cells.h"

#include <fmt/core.h>

#include <map>
#include <string>

#include "connectors/sql/time_text.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Value;

Value micros_of(Instant instant) {
  return Value::int64(instant.seconds * kMicrosPerSecond + instant.nanos / 1000);
}

/// "2024-05-01T10:00:00.123456Z": a point in time.
Result<Value> zoned_timestamp(sdk::Arena&, const Value& value) {
  const auto parsed = parse_time(value.as_string());
  if (!parsed) return bad_record(fmt::format("'{}' is no time", value.as_string().substr(0, 40)));
  return micros_of({parsed->local.seconds - parsed->offset_s.value_or(0), parsed->local.nanos});
}

/// "10:00:00.123456Z": in UTC.
Result<Value> zoned_time(sdk::Arena&, const Value& value) {
  std::string_view text = value.as_string();
  if (text.ends_with('Z')) text.remove_suffix(1);
  const auto nanos = parse_time_of_day(text);
  if (!nanos) return bad_record(fmt::format("'{}' is no time of day in UTC", text.substr(0, 40)));
  return Value::int64(*nanos / 1000);
}

Result<Value> iso_date(sdk::Arena&, const Value& value) {
  std::string_view text = value.as_string();
  if (text.ends_with('Z')) text.remove_suffix(1);
  const auto parsed = parse_time(text);
  if (!parsed) return bad_record(fmt::format("'{}' is no date", text.substr(0, 40)));
  return Value::int64(floor_div(parsed->local.seconds, kSecondsPerDay));
}

/// {scale, value}
Result<Value> variable_decimal(sdk::Arena&, const Value& value) {
  const sdk::StructNode& node = value.as_struct();
  const int scale = node.schema->field_index("scale");
  const int unscaled = node.schema->field_index("value");
  if (scale < 0 || unscaled < 0) return bad_record("a VariableScaleDecimal needs the fields scale and value");
  const Value& number = node.values()[static_cast<size_t>(unscaled)];
  if (number.is_null() || number.as_bytes().empty()) return Value::null();
  return Value::decimal(sdk::minimal_unscaled(number.as_bytes()),
                        static_cast<int32_t>(node.values()[static_cast<size_t>(scale)].as_integer()));
}

/// {x, y, wkb, srid} or {wkb, srid}: the well-known binary form.
Result<Value> geometry(sdk::Arena&, const Value& value) {
  const sdk::StructNode& node = value.as_struct();
  const int wkb = node.schema->field_index("wkb");
  if (wkb < 0) return bad_record("a geometry needs the field wkb");
  return node.values()[static_cast<size_t>(wkb)];
}

/// Little endian bytes as digits, the highest first.
Result<Value> bits(sdk::Arena& arena, const Value& value) {
  const BytesView bytes = value.as_bytes();
  auto* digits = arena.array<char>(bytes.size() * 8);
  char* next = digits;
  for (size_t i = bytes.size(); i-- > 0;) {
    for (int bit = 7; bit >= 0; --bit) *next++ = (static_cast<uint8_t>(bytes[i]) >> bit & 1) != 0 ? '1' : '0';
  }
  return Value::string({digits, bytes.size() * 8});
}

FieldCells cells(CellKind kind, TimeUnit unit = TimeUnit::kMs, CellMaker maker = nullptr,
                 Meaning meaning = Meaning::kNone) {
  FieldCells made;
  made.column.cells.kind = kind;
  made.column.cells.unit = unit;
  const bool time = kind == CellKind::kTime || kind == CellKind::kTimestamp;
  made.column.cells.wall_clock = time && meaning == Meaning::kNone;
  made.column.meaning = meaning;
  made.maker = maker;
  return made;
}

using Known = std::map<std::string, FieldCells, std::less<>>;

Known make_known() {
  Known known;
  const auto time = [&](const char* name, FieldCells made) {
    known["io.debezium.time." + std::string(name)] = std::move(made);
  };
  time("Date", cells(CellKind::kDate));
  time("Time", cells(CellKind::kTime));
  time("MicroTime", cells(CellKind::kTime, TimeUnit::kMicros));
  time("NanoTime", cells(CellKind::kTime, TimeUnit::kNanos));
  time("Timestamp", cells(CellKind::kTimestamp));
  time("MicroTimestamp", cells(CellKind::kTimestamp, TimeUnit::kMicros));
  time("NanoTimestamp", cells(CellKind::kTimestamp, TimeUnit::kNanos));
  time("ZonedTimestamp",
       cells(CellKind::kTimestamp, TimeUnit::kMicros, zoned_timestamp, Meaning::kZonedTimestamp));
  time("ZonedTime", cells(CellKind::kTime, TimeUnit::kMicros, zoned_time, Meaning::kZonedTime));
  time("IsoDate", cells(CellKind::kDate, TimeUnit::kMs, iso_date));
  time("IsoTime", cells(CellKind::kTime, TimeUnit::kMicros, zoned_time));
  time("IsoTimestamp", cells(CellKind::kTimestamp, TimeUnit::kMicros, zoned_timestamp));
  const auto data = [&](const char* name, FieldCells made) {
    known["io.debezium.data." + std::string(name)] = std::move(made);
  };
  data("Json", cells(CellKind::kText, TimeUnit::kMs, nullptr, Meaning::kJson));
  data("Xml", cells(CellKind::kText, TimeUnit::kMs, nullptr, Meaning::kXml));
  data("Uuid", cells(CellKind::kText, TimeUnit::kMs, nullptr, Meaning::kUuid));
  data("Enum", cells(CellKind::kText, TimeUnit::kMs, nullptr, Meaning::kEnum));
  data("Bits", cells(CellKind::kText, TimeUnit::kMs, bits, Meaning::kBits));
  data("VariableScaleDecimal", cells(CellKind::kDecimal, TimeUnit::kMs, variable_decimal));
  data("geometry.Point", cells(CellKind::kBytes, TimeUnit::kMs, geometry));
  data("geometry.Geometry", cells(CellKind::kBytes, TimeUnit::kMs, geometry));
  data("geometry.Geography", cells(CellKind::kBytes, TimeUnit::kMs, geometry));
  return known;
}

}  // namespace

std::optional<FieldCells> debezium_cells(const sdk::Schema& schema) {
  static const Known known = make_known();
  const auto found = known.find(*schema.name());
  return found == known.end() ? std::optional<FieldCells>() : found->second;
}

}  // namespace sluice::connectors::sql
