#include "connectors/sql/row_plan.h"

#include <fmt/core.h>

#include <limits>

#include "base/log.h"
#include "connectors/sql/time_text.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

using sdk::SchemaBuilder;
using sdk::SchemaPtr;
using sdk::Type;
using sdk::Value;

constexpr int kInt64Digits = 18;
constexpr int kScaleLowest = -84;  // below: Oracle's "no scale", the driver's -127
constexpr int kScaleUnset = -127;
constexpr int kScaleHighest = 127;
constexpr std::string_view kPrecisionParameter = "connect.decimal.precision";

struct Mapped {
  Target target;
  SchemaPtr schema;
  int scale = 0;
};

Mapped primitive(Target target, Type type, bool optional) {
  return {target, SchemaBuilder(type).optional(optional).build_or_die(), 0};
}

Mapped integer(int digits, bool optional) {
  if (digits > 9) return primitive(Target::kInt64, Type::kInt64, optional);
  if (digits > 4) return primitive(Target::kInt32, Type::kInt32, optional);
  if (digits > 2) return primitive(Target::kInt16, Type::kInt16, optional);
  return primitive(Target::kInt8, Type::kInt8, optional);
}

Mapped decimal(const Column& column) {
  const int scale = column.scale == kScaleUnset ? kScaleHighest : column.scale;
  SchemaBuilder builder = SchemaBuilder::decimal(scale);
  builder.parameter(kPrecisionParameter, std::to_string(column.precision)).optional(column.nullable);
  return {Target::kDecimal, builder.build_or_die(), scale};
}

Mapped numeric(const Column& column, NumericMapping mapping) {
  const bool fits = column.precision <= kInt64Digits;
  const bool whole = column.scale < 1 && column.scale >= kScaleLowest;
  const bool unbounded = column.precision == 0;  // Java calls that a number of no digits: int8
  const bool doubles = mapping == NumericMapping::kBestFit || mapping == NumericMapping::kBestFitEagerDouble;
  if (doubles && unbounded) return primitive(Target::kFloat64, Type::kFloat64, column.nullable);
  if (mapping == NumericMapping::kPrecisionOnly && !unbounded && fits && column.scale == 0) {
    return integer(column.precision, column.nullable);
  }
  if (doubles && fits && whole) return integer(column.precision, column.nullable);
  if (doubles && column.scale > 0 && (fits || mapping == NumericMapping::kBestFitEagerDouble)) {
    return primitive(Target::kFloat64, Type::kFloat64, column.nullable);
  }
  return decimal(column);
}

Mapped timestamp(TimestampForm form, bool optional) {
  switch (form) {
    case TimestampForm::kLogical:
      return {Target::kTimestamp, SchemaBuilder::timestamp().optional(optional).build_or_die(), 0};
    case TimestampForm::kMicrosLong:
    case TimestampForm::kNanosLong:
      return primitive(Target::kTimestamp, Type::kInt64, optional);
    default:
      return primitive(Target::kTimestamp, Type::kString, optional);
  }
}

Mapped bits(const Column& column) {
  if (column.precision <= 1) return primitive(Target::kBoolean, Type::kBoolean, column.nullable);
  if (column.precision <= 8) return primitive(Target::kInt8, Type::kInt8, column.nullable);
  return primitive(Target::kBytes, Type::kBytes, column.nullable);
}

/// Nothing for a column that is left out.
std::optional<Mapped> map_column(const Column& column, const MappingOptions& mapping) {
  const bool optional = column.nullable;
  const auto whole = [&](Target narrow, Type narrow_type, Target wide, Type wide_type) {
    return column.is_unsigned ? primitive(wide, wide_type, optional)
                              : primitive(narrow, narrow_type, optional);
  };
  switch (column.type) {
    case SqlType::kBoolean:
      return primitive(Target::kBoolean, Type::kBoolean, optional);
    case SqlType::kBit:
      return bits(column);
    case SqlType::kTinyint:
      return whole(Target::kInt8, Type::kInt8, Target::kInt16, Type::kInt16);
    case SqlType::kSmallint:
      return whole(Target::kInt16, Type::kInt16, Target::kInt32, Type::kInt32);
    case SqlType::kInteger:
      return whole(Target::kInt32, Type::kInt32, Target::kInt64, Type::kInt64);
    case SqlType::kBigint:
      return primitive(Target::kInt64, Type::kInt64, optional);
    case SqlType::kReal:
      return primitive(Target::kFloat32, Type::kFloat32, optional);
    case SqlType::kDouble:
      return primitive(Target::kFloat64, Type::kFloat64, optional);
    case SqlType::kNumeric:
      return numeric(column, mapping.numeric);
    case SqlType::kDecimal:
      return decimal(column);
    case SqlType::kText:
      return primitive(Target::kString, Type::kString, optional);
    case SqlType::kBinary:
      return primitive(Target::kBytes, Type::kBytes, optional);
    case SqlType::kDate:
      return Mapped{Target::kDate, SchemaBuilder::date().optional(optional).build_or_die(), 0};
    case SqlType::kTime:
      return Mapped{Target::kTime, SchemaBuilder::time().optional(optional).build_or_die(), 0};
    case SqlType::kTimestamp:
      return timestamp(mapping.timestamps, optional);
    case SqlType::kOther:
      break;
  }
  return std::nullopt;
}

/// count × per_second plus the rest, at the ends of int64 where it would not fit.
int64_t epoch_count(Instant utc, int64_t per_second) {
  int64_t count = 0;
  if (__builtin_mul_overflow(utc.seconds, per_second, &count) ||
      __builtin_add_overflow(count, utc.nanos / (kNanosPerSecond / per_second), &count)) {
    return utc.seconds < 0 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
  }
  return count;
}

Value text_value(sdk::Arena& arena, const std::string& text) { return Value::string(arena.copy(text)); }

}  // namespace

std::string plain_name(const TableId& table) {
  std::string name;
  for (const std::string* part : {&table.catalog, &table.schema}) {
    if (!part->empty()) name += *part + ".";
  }
  return name + table.table;
}

Result<RowPlanPtr> make_row_plan(std::vector<Column> columns, const std::string& schema_name,
                                 std::string subject, std::vector<int> timestamp_columns,
                                 const MappingOptions& mapping) {
  auto plan = std::make_shared<RowPlan>();
  SchemaBuilder builder = SchemaBuilder::structure();
  if (!schema_name.empty()) builder.name(schema_name);
  for (size_t i = 0; i < columns.size(); ++i) {
    const Column& column = columns[i];
    const auto mapped = map_column(column, mapping);
    if (!mapped) {
      log::warn("Column '{}' of {} has the type {}, which has no Connect type: it is left out", column.name,
                subject, column.type_name);
      continue;
    }
    builder.field(column.name, mapped->schema);
    plan->fields.push_back({static_cast<int>(i), mapped->target, mapped->scale, !column.nullable});
  }
  auto schema = builder.build();
  if (!schema.ok()) {
    return failed(fmt::format("The columns of {} make no record: {}. Name them apart with AS in a query",
                              subject, schema.error().message()));
  }
  plan->schema = std::move(schema).value();
  plan->columns = std::move(columns);
  plan->subject = std::move(subject);
  plan->timestamp_columns = std::move(timestamp_columns);
  plan->mapping = mapping;
  return RowPlanPtr(std::move(plan));
}

Value timestamp_value(sdk::Arena& arena, const RowPlan& plan, Instant utc) {
  const auto iso = [&](int digits) {
    return text_value(arena, format_time(plan.mapping.zone.to_local(utc), 'T', digits));
  };
  switch (plan.mapping.timestamps) {
    case TimestampForm::kLogical:
      return Value::timestamp(utc.ms());
    case TimestampForm::kMicrosLong:
      return Value::int64(epoch_count(utc, kMicrosPerSecond));
    case TimestampForm::kMicrosString:
      return text_value(arena, std::to_string(epoch_count(utc, kMicrosPerSecond)));
    case TimestampForm::kMicrosIso:
      return iso(6);
    case TimestampForm::kNanosLong:
      return Value::int64(epoch_count(utc, kNanosPerSecond));
    case TimestampForm::kNanosString:
      return text_value(arena, std::to_string(epoch_count(utc, kNanosPerSecond)));
    case TimestampForm::kNanosIso:
      return iso(9);
  }
  return {};
}

Instant instant_of_local(const RowPlan& plan, Instant local) {
  if (plan.mapping.legacy_calendar) {
    const int64_t days = floor_div(local.seconds, kSecondsPerDay);
    local.seconds += (to_legacy_days(days) - days) * kSecondsPerDay;
  }
  return plan.mapping.zone.to_utc(local);
}

Result<Value> date_value(const RowPlan& plan, int64_t days) {
  if (plan.mapping.legacy_calendar) days = to_legacy_days(days);
  if (days < std::numeric_limits<int32_t>::min() || days > std::numeric_limits<int32_t>::max()) {
    return bad_record("the date is beyond what a Connect Date can hold");
  }
  return Value::date(static_cast<int32_t>(days));
}

Value time_value(const RowPlan& plan, int64_t nanos_of_day) {
  const int64_t shift = plan.mapping.zone.is_utc() ? 0 : plan.mapping.zone.offset_at(0) * kMsPerSecond;
  return Value::time(static_cast<int32_t>(floor_mod(nanos_of_day / 1'000'000 - shift, kMsPerDay)));
}

Result<Value> integer_value(Target target, int64_t value) {
  switch (target) {
    case Target::kInt8:
      if (value == static_cast<int8_t>(value)) return Value::int8(static_cast<int8_t>(value));
      break;
    case Target::kInt16:
      if (value == static_cast<int16_t>(value)) return Value::int16(static_cast<int16_t>(value));
      break;
    case Target::kInt32:
      if (value == static_cast<int32_t>(value)) return Value::int32(static_cast<int32_t>(value));
      break;
    default:
      return Value::int64(value);
  }
  return bad_record(fmt::format("the value {} does not fit the column's type", value));
}

Result<Value> decimal_value(sdk::Arena& arena, const FieldPlan& field, int64_t value, int value_scale) {
  if (value_scale < field.scale && field.scale - value_scale <= kInt64Digits) {
    int64_t scaled = value;
    bool fits = true;
    for (int i = value_scale; i < field.scale && fits; ++i)
      fits = !__builtin_mul_overflow(scaled, int64_t{10}, &scaled);
    if (fits) return Value::decimal(sdk::unscaled_of(arena, scaled), field.scale);
  }
  const Value decimal = Value::decimal(sdk::unscaled_of(arena, value), value_scale);
  return value_scale == field.scale ? Result<Value>(decimal)
                                    : sdk::rescale_decimal(arena, decimal, field.scale);
}

Result<Value> decimal_value(sdk::Arena& arena, const FieldPlan& field, std::string_view text) {
  SLUICE_ASSIGN_OR_RETURN(const Value decimal, sdk::parse_decimal(arena, text));
  return sdk::rescale_decimal(arena, decimal, field.scale);
}

Error bad_value(const RowPlan& plan, int column, std::string_view reason) {
  const Column& described = plan.columns[static_cast<size_t>(column)];
  return bad_record(
      fmt::format("Column '{}' ({}) of {}: {}", described.name, described.type_name, plan.subject, reason));
}

}  // namespace sluice::connectors::sql
