#include "sdk/data/value.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "sdk/data/schema.h"

namespace sluice::sdk {
namespace {

bool same_float64(double left,
                  double right) {  // as java.lang.Double.equals: NaN equals NaN, 0.0 differs from -0.0
  return (std::isnan(left) && std::isnan(right)) ||
         std::bit_cast<uint64_t>(left) == std::bit_cast<uint64_t>(right);
}

bool same_map(std::span<const MapEntry> left, std::span<const MapEntry> right) {
  return left.size() == right.size() && std::all_of(left.begin(), left.end(), [&](const MapEntry& entry) {
           return std::any_of(right.begin(), right.end(), [&](const MapEntry& other) {
             return entry.key == other.key && entry.value == other.value;
           });
         });
}

bool same_struct(const StructNode& left, const StructNode& right) {
  return same_schema(left.schema, right.schema) &&
         std::equal(left.values().begin(), left.values().end(), right.values().begin(), right.values().end());
}

}  // namespace

std::string_view kind_name(Kind kind) {
  static constexpr std::string_view kNames[] = {"null",    "boolean", "int8",   "int16", "int32",    "int64",
                                                "float32", "float64", "string", "bytes", "array",    "map",
                                                "struct",  "decimal", "date",   "time",  "timestamp"};
  return kNames[static_cast<size_t>(kind)];
}

bool operator==(const Value& left, const Value& right) {
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kFloat32:
    case Kind::kFloat64:
      return same_float64(left.as_float64(), right.as_float64());
    case Kind::kString:
    case Kind::kBytes:
      return left.as_bytes() == right.as_bytes();
    case Kind::kDecimal:
      return left.decimal_scale() == right.decimal_scale() && left.as_bytes() == right.as_bytes();
    case Kind::kArray:
      return std::equal(left.as_array().begin(), left.as_array().end(), right.as_array().begin(),
                        right.as_array().end());
    case Kind::kMap:
      return same_map(left.as_map(), right.as_map());
    case Kind::kStruct:
      return same_struct(left.as_struct(), right.as_struct());
    default:
      return left.as_integer() == right.as_integer();
  }
}

}  // namespace sluice::sdk
