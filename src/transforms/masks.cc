#include "transforms/masks.h"

#include <utility>

#include "sdk/data/value_convert.h"
#include "sdk/data/values.h"
#include "transforms/requirements.h"

namespace sluice::transforms {

using sdk::ConversionTarget;
using sdk::Kind;
using sdk::Value;

Masks::Masks(const std::optional<std::string>& replacement) : replacement_(replacement) {
  if (replacement_) {
    make_replacements();
  } else {
    make_empty();
  }
}

/// Of all kinds but bytes and structs, as in Java.
void Masks::make_empty() {
  const Value masks[] = {Value::boolean(false),
                         Value::int8(0),
                         Value::int16(0),
                         Value::int32(0),
                         Value::int64(0),
                         Value::float32(0),
                         Value::float64(0),
                         Value::string(""),
                         Value::array({}),
                         Value::map({}),
                         Value::decimal(sdk::unscaled_of(arena_, 0), 0),
                         Value::date(0),
                         Value::time(0),
                         Value::timestamp(0)};
  for (const Value& mask : masks) take(mask.kind(), mask);
}

/// For numbers and texts only.
void Masks::make_replacements() {
  static constexpr std::pair<Kind, ConversionTarget> kNumbers[] = {
      {Kind::kInt8, ConversionTarget::kInt8},       {Kind::kInt16, ConversionTarget::kInt16},
      {Kind::kInt32, ConversionTarget::kInt32},     {Kind::kInt64, ConversionTarget::kInt64},
      {Kind::kFloat32, ConversionTarget::kFloat32}, {Kind::kFloat64, ConversionTarget::kFloat64}};
  const Value text = Value::string(*replacement_);
  for (const auto& [kind, target] : kNumbers) take(kind, convert_value(arena_, nullptr, text, target));
  take(Kind::kDecimal, sdk::parse_decimal(arena_, *replacement_));
  take(Kind::kString, text);
}

void Masks::take(Kind kind, const Result<Value>& made) {
  const auto index = static_cast<size_t>(kind);
  if (made.ok()) {
    masks_[index] = *made;
  } else {
    broken_[index] = made.error();
  }
}

Error Masks::refuse(const Value& value) const {
  if (!replacement_) return bad_record("Cannot mask value of type: " + class_text(value));
  const auto& broken = broken_[static_cast<size_t>(value.kind())];
  if (!broken)
    return bad_record("Cannot mask value of type " + class_text(value) + " with custom replacement.");
  const bool is_decimal = value.kind() == Kind::kDecimal;
  return bad_record(broken->message())
      .as_java("java.lang.NumberFormatException")
      .wrap(ErrorKind::kBadRecord,
            is_decimal ? "Unable to convert " + *replacement_ + " (class java.lang.String) to number"
                       : broken->message());
}

}  // namespace sluice::transforms
