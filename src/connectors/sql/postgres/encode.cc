#include "connectors/sql/postgres/encode.h"

#include <fmt/core.h>

#include <bit>
#include <cmath>
#include <limits>

#include "connectors/sql/postgres/numeric.h"
#include "connectors/sql/postgres/text.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Value;

constexpr int64_t kEpochSeconds = 946'684'800;  // PostgreSQL counts from 2000
constexpr int64_t kEpochDays = 10'957;
constexpr int64_t kMicrosPerDay = kSecondsPerDay * kMicrosPerSecond;
constexpr size_t kUuidBytes = 16;

template <typename T>
void append_sized(std::string& out, T value) {
  append_big_endian(out, static_cast<int32_t>(sizeof(T)));
  append_big_endian(out, value);
}

template <typename T>
bool encode_integer(const PgColumnEncoder&, const Value& cell, std::string& out) {
  const int64_t value = cell.as_integer();
  if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max()) return false;
  append_sized(out, static_cast<T>(value));
  return true;
}

bool encode_bool(const PgColumnEncoder&, const Value& cell, std::string& out) {
  append_big_endian(out, int32_t{1});
  out.push_back(cell.as_integer() != 0 ? '\1' : '\0');
  return true;
}

double number_of(const PgColumnEncoder& encoder, const Value& cell) {
  return encoder.cells.kind == CellKind::kInteger ? static_cast<double>(cell.as_integer())
                                                  : cell.as_float64();
}

bool encode_float4(const PgColumnEncoder& encoder, const Value& cell, std::string& out) {
  const double value = number_of(encoder, cell);
  if (std::isfinite(value) && std::fabs(value) > std::numeric_limits<float>::max()) return false;
  append_sized(out, std::bit_cast<uint32_t>(static_cast<float>(value)));
  return true;
}

bool encode_float8(const PgColumnEncoder& encoder, const Value& cell, std::string& out) {
  append_sized(out, std::bit_cast<uint64_t>(number_of(encoder, cell)));
  return true;
}

bool encode_bytes(const PgColumnEncoder&, const Value& cell, std::string& out) {
  const BytesView bytes = cell.as_bytes();
  append_big_endian(out, static_cast<int32_t>(bytes.size()));
  out.append(bytes);
  return true;
}

bool encode_jsonb(const PgColumnEncoder&, const Value& cell, std::string& out) {
  append_big_endian(out, static_cast<int32_t>(cell.as_string().size() + 1));
  out.push_back('\1');  // the form's version
  out.append(cell.as_string());
  return true;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool encode_uuid(const PgColumnEncoder&, const Value& cell, std::string& out) {
  append_big_endian(out, static_cast<int32_t>(kUuidBytes));
  int high = -1;
  size_t bytes = 0;
  for (const char c : cell.as_string()) {
    if (c == '-' || c == '{' || c == '}') continue;
    const int digit = hex_digit(c);
    if (digit < 0 || bytes == kUuidBytes) return false;
    if (high < 0) {
      high = digit;
      continue;
    }
    out.push_back(static_cast<char>(high << 4 | digit));
    high = -1;
    ++bytes;
  }
  return bytes == kUuidBytes && high < 0;
}

bool encode_date(const PgColumnEncoder& encoder, const Value& cell, std::string& out) {
  const Instant local = local_of(encoder.cells, cell, *encoder.options);
  const int64_t days = floor_div(local.seconds, kSecondsPerDay) - kEpochDays;
  if (days != static_cast<int32_t>(days)) return false;
  append_sized(out, static_cast<int32_t>(days));
  return true;
}

int64_t micros_of_day(const PgColumnEncoder& encoder, const Value& cell) {
  const Instant local = local_of(encoder.cells, cell, *encoder.options);
  return floor_mod(local.seconds, kSecondsPerDay) * kMicrosPerSecond + local.nanos / 1000;
}

bool encode_time(const PgColumnEncoder& encoder, const Value& cell, std::string& out) {
  append_sized(out, micros_of_day(encoder, cell));
  return true;
}

/// In UTC.
bool encode_timetz(const PgColumnEncoder& encoder, const Value& cell, std::string& out) {
  const Instant utc = instant_of(encoder.cells, cell);
  append_big_endian(out, int32_t{12});
  append_big_endian(out, floor_mod(utc.seconds, kSecondsPerDay) * kMicrosPerSecond + utc.nanos / 1000);
  append_big_endian(out, int32_t{0});
  return true;
}

bool append_micros(Instant instant, std::string& out) {
  int64_t micros = 0;
  if (__builtin_mul_overflow(instant.seconds - kEpochSeconds, kMicrosPerSecond, &micros)) return false;
  if (__builtin_add_overflow(micros, instant.nanos / 1000, &micros)) return false;
  append_sized(out, micros);
  return true;
}

// The JDBC driver's constants for infinity, as this connector's source makes them.
constexpr int64_t kInfinitySeconds = 9'223'372'036'825'200;
constexpr int64_t kMinusInfinitySeconds = -9'223'372'036'832'400;

bool append_infinity(int64_t seconds, std::string& out) {
  if (seconds < kInfinitySeconds && seconds > kMinusInfinitySeconds) return false;
  append_sized(out, seconds > 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min());
  return true;
}

bool encode_timestamp(const PgColumnEncoder& encoder, const Value& cell, std::string& out) {
  if (encoder.cells.kind == CellKind::kTimestamp &&
      append_infinity(instant_of(encoder.cells, cell).seconds, out))
    return true;
  return append_micros(local_of(encoder.cells, cell, *encoder.options), out);
}

bool encode_timestamptz(const PgColumnEncoder& encoder, const Value& cell, std::string& out) {
  if (encoder.cells.kind == CellKind::kDate)
    return append_micros({cell.as_integer() * kSecondsPerDay, 0}, out);
  const Instant utc = instant_of(encoder.cells, cell);
  return append_infinity(utc.seconds, out) || append_micros(utc, out);
}

bool encode_numeric(const PgColumnEncoder& encoder, const Value& cell, std::string& out) {
  if (encoder.cells.kind == CellKind::kInteger) {
    append_pg_numeric(out, cell.as_integer());
    return true;
  }
  append_pg_numeric(out, cell.as_bytes(), cell.decimal_scale());
  return true;
}

bool encode_text(const PgColumnEncoder& encoder, const Value& cell, std::string& out) {
  const size_t start = out.size();
  append_big_endian(out, int32_t{0});
  append_pg_text(out, encoder.cells, cell, *encoder.options);
  const auto length = __builtin_bswap32(static_cast<uint32_t>(out.size() - start - sizeof(int32_t)));
  std::memcpy(out.data() + start, &length, sizeof(length));
  return true;
}

struct Choice {
  PgEncode encode;
  uint32_t element;
  uint32_t array;
};

bool is_number(CellKind kind) {
  return kind == CellKind::kInteger || kind == CellKind::kFloat32 || kind == CellKind::kFloat64;
}

/// How cells of that kind are written in the column's own form; null: as text.
Choice choose_number(CellKind kind, PostgresForm form) {
  const bool whole = kind == CellKind::kInteger || kind == CellKind::kBoolean;
  switch (form) {
    case PostgresForm::kBool:
      if (whole) return {encode_bool, 16, 1000};
      break;
    case PostgresForm::kInt2:
      if (whole) return {encode_integer<int16_t>, 21, 1005};
      break;
    case PostgresForm::kInt4:
      if (whole) return {encode_integer<int32_t>, 23, 1007};
      break;
    case PostgresForm::kInt8:
      if (whole) return {encode_integer<int64_t>, 20, 1016};
      break;
    case PostgresForm::kFloat4:
      if (is_number(kind)) return {encode_float4, 700, 1021};
      break;
    case PostgresForm::kFloat8:
      if (is_number(kind)) return {encode_float8, 701, 1022};
      break;
    case PostgresForm::kNumeric:
      if (kind == CellKind::kDecimal || kind == CellKind::kInteger) return {encode_numeric, 1700, 1231};
      break;
    default:
      break;
  }
  return {};
}

Choice choose(CellKind kind, PostgresForm form) {
  switch (form) {
    case PostgresForm::kJsonb:
      if (kind == CellKind::kText) return {encode_jsonb, 3802, 3807};
      break;
    case PostgresForm::kUuid:
      if (kind == CellKind::kText) return {encode_uuid, 2950, 2951};
      break;
    case PostgresForm::kBytea:
      if (kind == CellKind::kBytes) return {encode_bytes, 17, 1001};
      break;
    case PostgresForm::kDate:
      if (kind == CellKind::kDate || kind == CellKind::kTimestamp) return {encode_date, 1082, 1182};
      break;
    case PostgresForm::kTime:
      if (kind == CellKind::kTime || kind == CellKind::kTimestamp) return {encode_time, 1083, 1183};
      break;
    case PostgresForm::kTimeTz:
      if (kind == CellKind::kTime) return {encode_timetz, 1266, 1270};
      break;
    case PostgresForm::kTimestamp:
      if (kind == CellKind::kDate || kind == CellKind::kTimestamp) return {encode_timestamp, 1114, 1115};
      break;
    case PostgresForm::kTimestampTz:
      if (kind == CellKind::kDate || kind == CellKind::kTimestamp) return {encode_timestamptz, 1184, 1185};
      break;
    default:
      return choose_number(kind, form);
  }
  return {};
}

/// "::character varying": without the length, as an explicit cast would cut to it instead of refusing.
/// Nothing where texts are assigned as they are.
std::string cast_to(const Column& declared) {
  constexpr uint32_t kAssigned[] = {18, 19, 25, 1042, 1043};  // "char", name, text, char(n), varchar
  for (const uint32_t oid : kAssigned) {
    if (oid == declared.native_type) return "";
  }
  constexpr uint32_t kBit = 1560;
  if (declared.native_type == kBit) return "::varbit";  // a bare bit is one bit
  std::string name = declared.type_name;
  const size_t open = name.find('(');
  const size_t close = name.find(')', open);
  if (open != std::string::npos && close != std::string::npos) name.erase(open, close - open + 1);
  return "::" + name;
}

}  // namespace

PgColumnEncoder make_pg_encoder(const WriteColumn& column, PostgresForm form, const WriteOptions& options) {
  PgColumnEncoder encoder;
  encoder.name = column.name;
  encoder.cells = column.cells;
  encoder.form = form;
  encoder.options = &options;
  const Choice own = choose(column.cells.kind, form);
  if (own.encode != nullptr) {
    encoder.encode = own.encode;
    encoder.element_oid = own.element;
    encoder.array_oid = own.array;
    return encoder;
  }
  encoder.encode = column.cells.kind == CellKind::kText ? encode_bytes : encode_text;
  encoder.element_oid = 25;
  encoder.array_oid = 1009;
  // Of texts, enums, JSON and XML the binary form is the text; of all else only the server knows how to read
  // it.
  encoder.in_copy = form == PostgresForm::kText;
  encoder.cast = cast_to(column.declared);
  return encoder;
}

Status encode_pg_cell(const PgColumnEncoder& encoder, const Value& cell, std::string& out) {
  if (cell.is_null()) {
    append_big_endian(out, int32_t{-1});
    return {};
  }
  if (encoder.encode(encoder, cell, out)) [[likely]]
    return {};
  std::string text;
  append_pg_text(text, encoder.cells, cell, *encoder.options);
  return bad_record(fmt::format("Column '{}' cannot hold '{}'", encoder.name, text.substr(0, 60)));
}

}  // namespace sluice::connectors::sql
