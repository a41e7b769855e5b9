#include "connectors/cdc/mysql/json_binary.h"

#include <fmt/core.h>

#include "connectors/cdc/mysql/byte_reader.h"
#include "connectors/cdc/mysql/packed_decimal.h"
#include "connectors/cdc/mysql/wire_column.h"
#include "formats/json/json_writer.h"

namespace sluice::connectors::cdc::mysql {
namespace {

using sdk::Value;

constexpr int kDepthMax = 200;
constexpr uint64_t kMicrosMask = 0xffffff;

enum JsonType : uint8_t {
  kSmallObject = 0,
  kLargeObject = 1,
  kSmallArray = 2,
  kLargeArray = 3,
  kLiteral = 4,
  kInt16 = 5,
  kUint16 = 6,
  kInt32 = 7,
  kUint32 = 8,
  kInt64 = 9,
  kUint64 = 10,
  kDouble = 11,
  kString = 12,
  kOpaque = 15,
};

class JsonWriter {
 public:
  JsonWriter(json::TextBuffer& out, sdk::Arena& arena) : out_(out), arena_(arena) {}

  /// False for what is cut short or nested too deep.
  bool write(uint8_t type, BytesView bytes, int depth) {
    ByteReader reader(bytes);
    switch (type) {
      case kSmallObject:
      case kLargeObject:
      case kSmallArray:
      case kLargeArray:
        return depth < kDepthMax && write_container(type, bytes, depth);
      case kLiteral:
        return write_literal(reader.byte()) && reader.ok();
      case kInt16:
        json::write_integer(out_, reader.fixed<int16_t>());
        break;
      case kUint16:
        json::write_integer(out_, reader.fixed<uint16_t>());
        break;
      case kInt32:
        json::write_integer(out_, reader.fixed<int32_t>());
        break;
      case kUint32:
        json::write_integer(out_, reader.fixed<uint32_t>());
        break;
      case kInt64:
        json::write_integer(out_, reader.fixed<int64_t>());
        break;
      case kUint64:
        out_.append(fmt::format("{}", reader.fixed<uint64_t>()));
        break;
      case kDouble:
        json::write_float64(out_, reader.fixed<double>());
        break;
      case kString:
        json::write_string(out_, reader.take(variable_length(reader)));
        break;
      case kOpaque:
        return write_opaque(reader);
      default:
        return false;
    }
    return reader.ok();
  }

 private:
  /// Seven bits a byte, the least significant first.
  static size_t variable_length(ByteReader& reader) {
    size_t length = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      const uint8_t byte = reader.byte();
      length |= size_t{byte & 0x7fU} << shift;
      if ((byte & 0x80) == 0) break;
    }
    return length;
  }

  bool write_literal(uint8_t literal) {
    if (literal > 2) return false;
    out_.append(literal == 0 ? "null" : literal == 1 ? "true" : "false");
    return true;
  }

  /// Counts, keys' places, values' types with places or values, keys, values; places count from here.
  bool write_container(uint8_t type, BytesView bytes, int depth) {
    const bool object = type == kSmallObject || type == kLargeObject;
    const size_t width = type == kLargeObject || type == kLargeArray ? 4 : 2;
    ByteReader reader(bytes);
    const size_t count = reader.number(width);
    reader.number(width);  // size
    ByteReader keys(reader.take(object ? count * (width + 2) : 0));
    ByteReader values(reader.take(count * (width + 1)));
    if (!reader.ok()) return false;
    out_.push_back(object ? '{' : '[');
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) out_.push_back(',');
      if (object) {
        const size_t at = keys.number(width);
        const size_t size = keys.number(2);
        if (at > bytes.size() || size > bytes.size() - at) return false;
        json::write_string(out_, bytes.substr(at, size));
        out_.push_back(':');
      }
      const uint8_t kind = values.byte();
      const BytesView place = values.take(width);
      if (!write_member(kind, place, bytes, depth)) return false;
    }
    out_.push_back(object ? '}' : ']');
    return true;
  }

  bool write_member(uint8_t kind, BytesView place, BytesView bytes, int depth) {
    const bool inside = kind == kLiteral || kind == kInt16 || kind == kUint16 ||
                        (place.size() == 4 && (kind == kInt32 || kind == kUint32));
    if (inside) return write(kind, place, depth);
    const size_t at = ByteReader(place).number(place.size());
    return at <= bytes.size() && write(kind, bytes.substr(at), depth + 1);
  }

  bool write_opaque(ByteReader& reader) {
    const auto type = static_cast<WireType>(reader.byte());
    const BytesView bytes = reader.take(variable_length(reader));
    if (!reader.ok()) return false;
    ByteReader value(bytes);
    switch (type) {
      case WireType::kNewDecimal: {
        const int precision = value.byte();
        const int scale = value.byte();
        const BytesView digits = value.rest();
        if (!value.ok() || scale > precision || precision > 65 ||
            digits.size() != decimal_size(precision, scale))
          return false;
        out_.append(decimal_text(digits, precision, scale, arena_));
        return true;
      }
      case WireType::kDate:
      case WireType::kDateTime:
      case WireType::kTimestamp:
        write_datetime(value.fixed<uint64_t>(), type == WireType::kDate);
        return value.ok();
      case WireType::kTime:
        write_time(value.fixed<int64_t>());
        return value.ok();
      default:
        json::write_bytes(out_, bytes);
        return true;
    }
  }

  void write_datetime(uint64_t packed, bool date_only) {
    const uint64_t whole = packed >> 24;
    const uint64_t days = whole >> 17;
    const uint64_t month = days >> 5;
    out_.append(fmt::format("\"{:04}-{:02}-{:02}", month / 13, month % 13, days & 31));
    if (!date_only) {
      out_.append(fmt::format(" {:02}:{:02}:{:02}", whole >> 12 & 31, whole >> 6 & 63, whole & 63));
      write_fraction(packed & kMicrosMask);
    }
    out_.push_back('"');
  }

  void write_time(int64_t packed) {
    const auto magnitude = static_cast<uint64_t>(packed < 0 ? -packed : packed);
    const uint64_t whole = magnitude >> 24;
    out_.append(fmt::format("\"{}{:02}:{:02}:{:02}", packed < 0 ? "-" : "", whole >> 12 & 0x3ff,
                            whole >> 6 & 63, whole & 63));
    write_fraction(magnitude & kMicrosMask);
    out_.push_back('"');
  }

  void write_fraction(uint64_t micros) {
    if (micros != 0) out_.append(fmt::format(".{:06}", micros));
  }

  json::TextBuffer& out_;
  sdk::Arena& arena_;
};

}  // namespace

Result<Value> json_value(BytesView binary, sdk::Arena& arena) {
  if (binary.empty()) return Value::null();
  json::TextBuffer out;
  JsonWriter writer(out, arena);
  if (!writer.write(static_cast<uint8_t>(binary[0]), binary.substr(1), 0))
    return bad_record("a JSON document of the binary log is cut short");
  return Value::string(arena.copy(out.view()));
}

}  // namespace sluice::connectors::cdc::mysql
