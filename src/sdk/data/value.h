#pragma once
// One value of the data model in 16 bytes. Scalars are inline; strings, bytes, arrays, maps and structs
// borrow from the batch's arena or from what it keeps alive. Trivially copyable; copying shares the nodes,
// which are never changed once another value refers to them.
//
// A value of a logical type (Decimal, Date, Time, Timestamp) has its own kind, with or without a schema, as
// Java's has its own class; the schema beside it then has that logical name.

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"

namespace sluice::sdk {

class Schema;
class Value;
struct MapEntry;
struct StructNode;

enum class Kind : uint8_t {
  kNull,
  kBoolean,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kFloat32,
  kFloat64,
  kString,
  kBytes,
  kArray,
  kMap,
  kStruct,
  kDecimal,    // unscaled number, two's complement, big endian, minimal length; and a scale
  kDate,       // days since 1970-01-01
  kTime,       // milliseconds of the day
  kTimestamp,  // milliseconds since 1970 UTC
};

std::string_view kind_name(Kind kind);

class Value {
 public:
  Value() = default;

  static Value null() { return {}; }
  static Value boolean(bool value) { return integer_of(Kind::kBoolean, value ? 1 : 0); }
  static Value int8(int8_t value) { return integer_of(Kind::kInt8, value); }
  static Value int16(int16_t value) { return integer_of(Kind::kInt16, value); }
  static Value int32(int32_t value) { return integer_of(Kind::kInt32, value); }
  static Value int64(int64_t value) { return integer_of(Kind::kInt64, value); }
  static Value date(int32_t days) { return integer_of(Kind::kDate, days); }
  static Value time(int32_t ms_of_day) { return integer_of(Kind::kTime, ms_of_day); }
  static Value timestamp(int64_t ms) { return integer_of(Kind::kTimestamp, ms); }
  static Value float32(float value) {
    Value result(Kind::kFloat32);
    result.payload_.float64 = value;
    return result;
  }
  static Value float64(double value) {
    Value result(Kind::kFloat64);
    result.payload_.float64 = value;
    return result;
  }
  static Value string(std::string_view text) { return bytes_of(Kind::kString, text); }
  static Value bytes(BytesView bytes) { return bytes_of(Kind::kBytes, bytes); }
  /// `unscaled` as described at Kind::kDecimal.
  static Value decimal(BytesView unscaled, int32_t scale) {
    Value result = bytes_of(Kind::kDecimal, unscaled);
    result.scale_ = static_cast<int16_t>(scale);
    return result;
  }
  static Value array(std::span<const Value> items) {
    Value result(Kind::kArray);
    result.payload_.items = items.data();
    result.size_ = static_cast<uint32_t>(items.size());
    return result;
  }
  /// In order of insertion; keys are unique.
  static Value map(std::span<const MapEntry> entries);
  static Value structure(const StructNode* node) {
    Value result(Kind::kStruct);
    result.payload_.node = node;
    return result;
  }

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }

  // Accessors do not check the kind: callers have looked at kind() or at the schema.
  bool as_boolean() const { return payload_.integer != 0; }
  /// Of every integer kind, boolean, date, time and timestamp.
  int64_t as_integer() const { return payload_.integer; }
  /// Of both float kinds.
  double as_float64() const { return payload_.float64; }
  float as_float32() const { return static_cast<float>(payload_.float64); }
  std::string_view as_string() const { return {payload_.data, size_}; }
  BytesView as_bytes() const { return {payload_.data, size_}; }
  int32_t decimal_scale() const { return scale_; }
  std::span<const Value> as_array() const { return {payload_.items, size_}; }
  std::span<const MapEntry> as_map() const;
  const StructNode& as_struct() const { return *payload_.node; }

 private:
  explicit Value(Kind kind) : kind_(kind) {}
  static Value integer_of(Kind kind, int64_t value) {
    Value result(kind);
    result.payload_.integer = value;
    return result;
  }
  static Value bytes_of(Kind kind, BytesView bytes) {
    Value result(kind);
    result.payload_.data = bytes.data();
    result.size_ = static_cast<uint32_t>(bytes.size());
    return result;
  }

  union Payload {
    int64_t integer = 0;
    double float64;
    const char* data;
    const Value* items;
    const MapEntry* entries;
    const StructNode* node;
  } payload_;
  uint32_t size_ = 0;
  int16_t scale_ = 0;
  Kind kind_ = Kind::kNull;
};
static_assert(sizeof(Value) == 16);

struct MapEntry {
  Value key;
  Value value;
};

/// A struct's schema, followed in memory by one Value per field, in the schema's order.
struct alignas(16) StructNode {
  const Schema* schema;
  uint32_t field_count;

  std::span<const Value> values() const { return {reinterpret_cast<const Value*>(this + 1), field_count}; }
  std::span<Value> mutable_values() { return {reinterpret_cast<Value*>(this + 1), field_count}; }
};
static_assert(sizeof(StructNode) == 16);

inline Value Value::map(std::span<const MapEntry> entries) {
  Value result(Kind::kMap);
  result.payload_.entries = entries.data();
  result.size_ = static_cast<uint32_t>(entries.size());
  return result;
}
inline std::span<const MapEntry> Value::as_map() const { return {payload_.entries, size_}; }

/// Deep equality as Java's equals(): kinds must match, map order does not count, decimals compare with their
/// scale, struct schemas by equality.
bool operator==(const Value& left, const Value& right);

}  // namespace sluice::sdk
