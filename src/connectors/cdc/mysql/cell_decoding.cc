// The part of a column's decoder that runs per cell.

#include <arpa/inet.h>
#include <fmt/core.h>
#include <zlib.h>

#include <charconv>

#include "connectors/cdc/common/handling.h"
#include "connectors/cdc/common/temporal.h"
#include "connectors/cdc/mysql/byte_reader.h"
#include "connectors/cdc/mysql/column_decoder.h"
#include "connectors/cdc/mysql/json_binary.h"
#include "connectors/cdc/mysql/packed_decimal.h"
#include "connectors/cdc/mysql/text_cells.h"
#include "sdk/data/values.h"

namespace sluice::connectors::cdc::mysql {
namespace {

using sdk::Arena;
using sdk::Value;

constexpr size_t kShownMax = 80;
constexpr size_t kPointSize = 21;
constexpr size_t kUuidSize = 16;
constexpr int kYearMax = 9999;
constexpr size_t kUnpackedMax = size_t{1} << 30;

Error unreadable(std::string_view what, std::string_view text) {
  return bad_record(fmt::format("'{}' is no {}", text.substr(0, kShownMax), what));
}

Value uuid_value(BytesView bytes, Arena& arena) {
  static constexpr char kDigits[] = "0123456789abcdef";
  char text[kUuidSize * 2 + 4];
  char* to = text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *to++ = '-';
    *to++ = kDigits[static_cast<unsigned char>(bytes[i]) >> 4];
    *to++ = kDigits[bytes[i] & 15];
  }
  return Value::string(arena.copy({text, static_cast<size_t>(to - text)}));
}

Value address_value(BytesView bytes, Arena& arena) {
  char text[INET6_ADDRSTRLEN];
  if (inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof(text)) == nullptr)
    return Value::null();
  return Value::string(arena.copy(text));
}

/// A column's values end before the spaces or zeros that fill them up, and strings of fixed length are cut.
BytesView padded(BytesView bytes, size_t size, Arena& arena) {
  if (bytes.size() >= size) return bytes;
  auto* copy = static_cast<char*>(arena.allocate(size, 1));
  std::fill(std::copy(bytes.begin(), bytes.end(), copy), copy + size, '\0');
  return {copy, size};
}

double real_of_text(std::string_view text, bool& ok) {
  double number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  ok = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return number;
}

}  // namespace

/// The wire has all numbers with a sign.
int64_t ColumnDecoder::whole_number(int64_t number) const {
  if (!is_unsigned_ || width_ == 0 || width_ == 8) return number;
  return number & ((int64_t{1} << (8 * width_)) - 1);
}

Result<Value> ColumnDecoder::number_value(int64_t number, Arena& arena) const {
  switch (form_) {
    case Form::kBoolean:
    case Form::kBit:
      return Value::boolean(number != 0);
    case Form::kInt16:
      return Value::int16(static_cast<int16_t>(number));
    case Form::kInt32:
    case Form::kYear:
      return Value::int32(static_cast<int32_t>(number));
    case Form::kInt64:
      return Value::int64(number);
    case Form::kFloat32:
      return Value::float32(static_cast<float>(number));
    case Form::kFloat64:
      return Value::float64(static_cast<double>(number));
    case Form::kUnsigned64:
      if (number >= 0) return Value::decimal(sdk::unscaled_of(arena, number), 0);
      return precise_decimal(fmt::format("{}", static_cast<uint64_t>(number)), 0, arena);
    case Form::kDecimal:
      return decimal_of_text(arena.copy(fmt::format("{}", number)), arena);
    default:
      return bad_record(fmt::format("the number {} stands in a column of type {}", number, column_.type));
  }
}

Result<Value> ColumnDecoder::decimal_value(const Cell& cell, Arena& arena) const {
  const int scale = column_.scale.value_or(0);
  if (form_ == Form::kDecimal && options_.decimals == DecimalMode::kPrecise &&
      cell.precision <= kSmallPrecision && cell.scale == scale)
    return Value::decimal(sdk::unscaled_of(arena, small_decimal_of(cell.bytes, cell.precision, cell.scale)),
                          scale);
  return decimal_of_text(decimal_text(cell.bytes, cell.precision, cell.scale, arena), arena);
}

Result<Value> ColumnDecoder::decimal_of_text(std::string_view text, Arena& arena) const {
  if (form_ != Form::kDecimal) return number_of_text(text, arena);
  switch (options_.decimals) {
    case DecimalMode::kPrecise:
      return precise_decimal(text, column_.scale.value_or(0), arena);
    case DecimalMode::kString:
      return Value::string(text);
    default: {
      bool ok = false;
      const double number = real_of_text(text, ok);
      return ok ? Result<Value>(Value::float64(number)) : unreadable("number", text);
    }
  }
}

Result<Value> ColumnDecoder::bytes_value(BytesView bytes, Arena& arena) const {
  switch (form_) {
    case Form::kText:
      return Value::string(charset_->decode(bytes, arena));
    case Form::kJson:
      return Value::string(charset_->decode(bytes, arena));
    case Form::kBytes:
      if (column_.jdbc_type == kJdbcBinary)
        bytes = padded(bytes, static_cast<size_t>(std::max(0, length())), arena);
      return binary_value(options_.binaries, bytes, arena);
    case Form::kPoint:
    case Form::kGeometry:
      return geometry_value(bytes, arena);
    case Form::kVector:
      return vector_value(bytes, arena);
    case Form::kUuid:
      return uuid_value(padded(bytes, kUuidSize, arena), arena);
    case Form::kAddress:
      return address_value(padded(bytes, column_.type == "INET4" ? 4 : 16, arena), arena);
    default:
      return bad_record(fmt::format("bytes stand in a column of type {}", column_.type));
  }
}

/// Four bytes of the reference system, then WKB.
Result<Value> ColumnDecoder::geometry_value(BytesView bytes, Arena& arena) const {
  ByteReader reader(bytes);
  const auto srid = reader.fixed<int32_t>();
  const BytesView wkb = reader.rest();
  if (!reader.ok()) return bad_record("a geometry is cut short");
  const bool point = form_ == Form::kPoint;
  if (point && wkb.size() != kPointSize) return bad_record("a POINT is not of a point's size");
  sdk::StructNode* node = sdk::new_struct(arena, *schema_);
  Value* fields = node->mutable_values().data();
  if (point) {
    ByteReader coordinates(wkb.substr(5));
    const double x = coordinates.fixed<double>();
    *fields++ = Value::float64(x);
    *fields++ = Value::float64(coordinates.fixed<double>());
  }
  *fields++ = Value::bytes(wkb);
  *fields = srid == 0 ? Value::null() : Value::int32(srid);
  return Value::structure(node);
}

Result<Value> ColumnDecoder::vector_value(BytesView bytes, Arena& arena) const {
  ByteReader reader(bytes);
  const size_t count = bytes.size() / sizeof(float);
  auto* items = arena.array<Value>(count);
  for (size_t i = 0; i < count; ++i) items[i] = Value::float32(reader.fixed<float>());
  return Value::array({items, count});
}

/// MariaDB's compressed columns: how, and how long it was; nothing of that if it is not.
Result<Value> ColumnDecoder::packed_value(BytesView bytes, Arena& arena) const {
  ByteReader reader(bytes);
  if (bytes.empty()) return bytes_value(bytes, arena);
  const uint8_t head = reader.byte();
  if (head == 0) return bytes_value(reader.rest(), arena);
  const size_t size = reader.big_number(head & 7);
  const BytesView rest = reader.rest();
  if (!reader.ok() || (head & 0xf0) != 0x80 || size > kUnpackedMax || size > (rest.size() + 64) * 1100)
    return bad_record("a compressed value is not of a known form");
  auto* text = static_cast<char*>(arena.allocate(size, 1));
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest.data()));
  stream.avail_in = static_cast<uInt>(rest.size());
  stream.next_out = reinterpret_cast<Bytef*>(text);
  stream.avail_out = static_cast<uInt>(size);
  // With zlib's own header and checksum, or without.
  if (inflateInit2(&stream, (head & 8) != 0 ? MAX_WBITS : -MAX_WBITS) != Z_OK)
    return bad_record("a compressed value cannot be decompressed");
  const int done = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  if (done != Z_STREAM_END || stream.avail_out != 0)
    return bad_record("a compressed value cannot be decompressed");
  return bytes_value({text, size}, arena);
}

Value ColumnDecoder::civil_value(const Civil& civil, Arena& arena) const {
  if (civil.zero() || civil.year == 0 || civil.year > kYearMax) return Value::null();
  int year = civil.year;
  if (options_.adjusts_years && year < 100) year += year < 70 ? 2000 : 1900;
  const int64_t days = days_of(year, civil.month, civil.day);
  if (form_ == Form::kDate) return date_value(options_.times, static_cast<int32_t>(days), arena);
  return timestamp_value(options_.times, coarse(), days * kMicrosPerDay + civil.micros_of_day, arena);
}

Value ColumnDecoder::set_value(uint64_t bits, Arena& arena) const {
  std::string text;
  bool first = true;
  for (size_t i = 0; bits != 0; ++i, bits >>= 1) {
    if ((bits & 1) == 0) continue;
    if (!first) text += ',';
    first = false;
    if (i < labels_.size()) text += labels_[i];
  }
  return Value::string(arena.copy(text));
}

/// Events have the least significant byte first.
Value ColumnDecoder::bits_value(BytesView bytes, Arena& arena) const {
  if (form_ == Form::kBit || form_ == Form::kBoolean) {
    return Value::boolean(std::any_of(bytes.begin(), bytes.end(), [](char c) { return c != 0; }));
  }
  const auto size = static_cast<size_t>((std::max(1, length()) + 7) / 8);
  auto* turned = static_cast<char*>(arena.allocate(size, 1));
  for (size_t i = 0; i < size; ++i) turned[i] = i < bytes.size() ? bytes[bytes.size() - 1 - i] : '\0';
  return Value::bytes({turned, size});
}

Result<Value> ColumnDecoder::decode(const Cell& cell, Arena& arena) const {
  switch (cell.kind) {
    case CellKind::kAbsent:
    case CellKind::kNull:
      return Value::null();
    case CellKind::kInteger:
      return number_value(whole_number(cell.integer), arena);
    case CellKind::kYear:
      return number_value(cell.integer, arena);
    case CellKind::kFloat:
      if (form_ == Form::kFloat32) return Value::float32(static_cast<float>(cell.real));
      return Value::float64(cell.real);
    case CellKind::kDouble:
      if (form_ == Form::kFloat32) return Value::float32(static_cast<float>(cell.real));
      return Value::float64(cell.real);
    case CellKind::kDecimal:
      return decimal_value(cell, arena);
    case CellKind::kBytes:
      return bytes_value(cell.bytes, arena);
    case CellKind::kPacked:
      return packed_value(cell.bytes, arena);
    case CellKind::kDate:
    case CellKind::kDateTime:
      return civil_value(cell.civil, arena);
    case CellKind::kTime:
      return time_value(options_.times, coarse(), cell.integer, arena);
    case CellKind::kInstant:
      if (cell.integer == 0) return Value::null();
      return Value::string(write_zoned_timestamp(arena, cell.integer, std::max(0, length())));
    case CellKind::kBits:
      return bits_value(cell.bytes, arena);
    case CellKind::kEnum: {
      const auto i = static_cast<size_t>(cell.integer);
      if (i == 0 || i > labels_.size()) return Value::string("");
      return Value::string(arena.copy(labels_[i - 1]));
    }
    case CellKind::kSet:
      return set_value(static_cast<uint64_t>(cell.integer), arena);
    case CellKind::kJson:
      return json_value(cell.bytes, arena);
  }
  return Value::null();
}

Result<Value> ColumnDecoder::number_of_text(std::string_view text, Arena& arena) const {
  if (form_ == Form::kFloat32 || form_ == Form::kFloat64) {
    float small = 0;
    bool ok = false;
    // Floats that are published as doubles are floats all the same.
    if (column_.jdbc_type == kJdbcFloat || form_ == Form::kFloat32) {
      const auto parsed = std::from_chars(text.data(), text.data() + text.size(), small);
      ok = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
      if (ok) return form_ == Form::kFloat32 ? Value::float32(small) : Value::float64(small);
    }
    const double number = real_of_text(text, ok);
    if (!ok) return unreadable("number", text);
    return form_ == Form::kFloat32 ? Value::float32(static_cast<float>(number)) : Value::float64(number);
  }
  uint64_t number = 0;
  const bool negative = text.starts_with('-');
  const char* begin = text.data() + (negative ? 1 : 0);
  const auto parsed = std::from_chars(begin, text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return unreadable("number", text);
  return number_value(static_cast<int64_t>(negative ? 0 - number : number), arena);
}

Result<Value> ColumnDecoder::temporal_of_text(std::string_view text, int digits, Arena& arena) const {
  if (form_ == Form::kTime) {
    const auto micros = parse_duration(text);
    if (!micros) return unreadable("time", text);
    return time_value(options_.times, coarse(), *micros, arena);
  }
  const auto civil = parse_civil(text);
  if (!civil) return unreadable("date", text);
  if (form_ != Form::kInstant) return civil_value(*civil, arena);
  if (civil->zero()) return Value::null();
  const int64_t micros =
      days_of(civil->year, civil->month, civil->day) * kMicrosPerDay + civil->micros_of_day;
  return Value::string(write_zoned_timestamp(arena, micros, digits));
}

Result<Value> ColumnDecoder::decode_text(BytesView text, Arena& arena) const {
  switch (form_) {
    case Form::kNone:
      return Value::null();
    case Form::kText:
    case Form::kEnum:
    case Form::kSet:
    case Form::kJson:
    case Form::kUuid:
    case Form::kAddress:
      return Value::string(text);
    case Form::kDecimal:
      return decimal_of_text(text, arena);
    case Form::kBit:
    case Form::kBits:
      return bits_value(text, arena);
    case Form::kDate:
    case Form::kTime:
    case Form::kDateTime:
    case Form::kInstant:
      return temporal_of_text(text, 0, arena);
    case Form::kBytes:
    case Form::kPoint:
    case Form::kGeometry:
    case Form::kVector:
      return bytes_value(text, arena);
    default:
      return number_of_text(text, arena);
  }
}

}  // namespace sluice::connectors::cdc::mysql
