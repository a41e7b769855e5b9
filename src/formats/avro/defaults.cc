#include "formats/avro/defaults.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace sluice::avro {
namespace {

template <typename Integer>
bool fits(const Json& value) {
  if (value.is_number_unsigned()) return value.get<uint64_t>() <= std::numeric_limits<Integer>::max();
  if (!value.is_number_integer()) return false;
  const auto number = value.get<int64_t>();
  return number >= std::numeric_limits<Integer>::min() && number <= std::numeric_limits<Integer>::max();
}

bool is_valid_record(const Schema& schema, const Json& value) {
  return value.is_object() && std::ranges::all_of(schema.fields, [&](const Field& field) {
           const auto found = value.find(field.name);
           if (found != value.end()) return is_valid_default(*field.schema, *found);
           return field.default_value && is_valid_default(*field.schema, *field.default_value);
         });
}

constexpr std::string_view kNan = "NaN";
constexpr std::string_view kInfinity = "Infinity";
constexpr std::string_view kNegativeInfinity = "-Infinity";

}  // namespace

std::optional<double> floating_default(const Json& value) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  if (value.is_number()) return value.get<double>();
  if (value == kNan) return std::numeric_limits<double>::quiet_NaN();
  if (value == kInfinity) return kInfinite;
  if (value == kNegativeInfinity) return -kInfinite;
  return std::nullopt;
}

Json floating_default(double value) {
  if (std::isnan(value)) return kNan;
  if (std::isinf(value)) return value > 0 ? kInfinity : kNegativeInfinity;
  return value;
}

Json floating_default(float value) {
  if (!std::isfinite(value)) return floating_default(static_cast<double>(value));
  return std::stod(fmt::format("{}", value));
}

bool is_valid_default(const Schema& schema, const Json& value) {
  const auto is_element = [&](const Json& item) { return is_valid_default(schema.element(), item); };
  switch (schema.type) {
    case Type::kNull:
      return value.is_null();
    case Type::kBoolean:
      return value.is_boolean();
    case Type::kInt:
      return fits<int32_t>(value);
    case Type::kLong:
      return fits<int64_t>(value);
    case Type::kFloat:
    case Type::kDouble:
      return floating_default(value).has_value();
    case Type::kBytes:
    case Type::kString:
    case Type::kFixed:
      return value.is_string();
    case Type::kEnum:
      return value.is_string() && schema.symbol_index(value.get_ref<const std::string&>()) >= 0;
    case Type::kArray:
      return value.is_array() && std::ranges::all_of(value, is_element);
    case Type::kMap:
      return value.is_object() && std::ranges::all_of(value, is_element);
    case Type::kRecord:
      return is_valid_record(schema, value);
    case Type::kUnion:
      return std::ranges::any_of(schema.branches,
                                 [&](const Schema* branch) { return is_valid_default(*branch, value); });
  }
  return false;
}

}  // namespace sluice::avro
