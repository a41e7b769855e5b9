#include "transforms/timestamp_form.h"

#include <array>
#include <limits>
#include <string>
#include <utility>

#include "sdk/data/schema_builder.h"
#include "transforms/floor_math.h"
#include "transforms/requirements.h"

namespace sluice::transforms {
namespace {

using sdk::Kind;
using sdk::Value;

constexpr std::pair<std::string_view, TimestampForm> kForms[] = {{"string", TimestampForm::kString},
                                                                 {"unix", TimestampForm::kUnix},
                                                                 {"Date", TimestampForm::kDate},
                                                                 {"Time", TimestampForm::kTime},
                                                                 {"Timestamp", TimestampForm::kTimestamp}};
constexpr std::pair<std::string_view, UnixPrecision> kPrecisions[] = {
    {"seconds", UnixPrecision::kSeconds},
    {"milliseconds", UnixPrecision::kMilliseconds},
    {"microseconds", UnixPrecision::kMicroseconds},
    {"nanoseconds", UnixPrecision::kNanoseconds}};

/// TimeUnit's conversions to a finer unit stop at the ends.
int64_t saturated_product(int64_t number, int64_t factor) {
  int64_t product = 0;
  if (!__builtin_mul_overflow(number, factor, &product)) return product;
  return number < 0 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
}

int64_t unix_to_ms(int64_t number, UnixPrecision precision) {
  switch (precision) {
    case UnixPrecision::kSeconds:
      return saturated_product(number, 1000);
    case UnixPrecision::kMicroseconds:
      return number / 1000;
    case UnixPrecision::kNanoseconds:
      return number / 1'000'000;
    case UnixPrecision::kMilliseconds:
      break;
  }
  return number;
}

int64_t ms_to_unix(int64_t ms, UnixPrecision precision) {
  switch (precision) {
    case UnixPrecision::kSeconds:
      return ms / 1000;
    case UnixPrecision::kMicroseconds:
      return saturated_product(ms, 1000);
    case UnixPrecision::kNanoseconds:
      return saturated_product(ms, 1'000'000);
    case UnixPrecision::kMilliseconds:
      break;
  }
  return ms;
}

bool is_temporal(const Value& value) { return value.kind() >= Kind::kDate; }

int64_t ms_of(const Value& value) {
  return value.kind() == Kind::kDate ? value.as_integer() * kDayMs : value.as_integer();
}

std::string_view name_of(TimestampForm form) { return kForms[static_cast<size_t>(form)].first; }

Error expected(TimestampForm form, const Value& value) {
  std::string message("Expected ");
  switch (form) {
    case TimestampForm::kString:
      message.append("string timestamp to be a String");
      break;
    case TimestampForm::kUnix:
      message.append("Unix timestamp to be a Long");
      break;
    default:
      message.append(name_of(form)).append(" to be a java.util.Date");
  }
  return bad_record(message.append(", but found ").append(class_text(value)));
}

Error no_format(const Value& value) {
  std::string message("The timestamp '");
  message.append(value.as_string()).append("' is a text: set `format` to the pattern it is to be read with");
  return bad_record(std::move(message)).as_java("java.lang.NullPointerException");
}

Error unparsable(const Value& value, const std::string& pattern) {
  const std::string text(value.as_string());
  return bad_record("Unparseable date: \"" + text + "\"")
      .as_java("java.text.ParseException")
      .wrap(ErrorKind::kBadRecord,
            "Could not parse timestamp: value (" + text + ") does not match pattern (" + pattern + ")");
}

sdk::SchemaPtr make_schema(TimestampForm form, bool optional) {
  sdk::SchemaBuilder builder = form == TimestampForm::kString ? sdk::SchemaBuilder(sdk::Type::kString)
                               : form == TimestampForm::kUnix ? sdk::SchemaBuilder(sdk::Type::kInt64)
                               : form == TimestampForm::kDate ? sdk::SchemaBuilder::date()
                               : form == TimestampForm::kTime ? sdk::SchemaBuilder::time()
                                                              : sdk::SchemaBuilder::timestamp();
  return builder.optional(optional).build_or_die();
}

}  // namespace

std::optional<TimestampForm> form_named(std::string_view name) {
  for (const auto& [known, form] : kForms) {
    if (known == name) return form;
  }
  return std::nullopt;
}

std::optional<UnixPrecision> precision_named(std::string_view name) {
  for (const auto& [known, precision] : kPrecisions) {
    if (known == name) return precision;
  }
  return std::nullopt;
}

Result<TimestampForm> form_of_schema(const sdk::Schema& schema) {
  if (schema.name()) {
    const std::string& name = *schema.name();
    if (name == sdk::kTimestampName) return TimestampForm::kTimestamp;
    if (name == sdk::kDateName) return TimestampForm::kDate;
    if (name == sdk::kTimeName) return TimestampForm::kTime;
  }
  if (schema.type() == sdk::Type::kString) return TimestampForm::kString;
  if (schema.type() == sdk::Type::kInt64) return TimestampForm::kUnix;
  return failed("Schema " + schema_text(schema) + " does not correspond to a known timestamp type format");
}

Result<TimestampForm> form_of_value(const Value& value) {
  if (is_temporal(value)) return TimestampForm::kTimestamp;
  if (value.kind() == Kind::kInt64) return TimestampForm::kUnix;
  if (value.kind() == Kind::kString) return TimestampForm::kString;
  return bad_record("TimestampConverter does not support " + class_text(value) + " objects as timestamps");
}

const sdk::SchemaPtr& schema_of_form(TimestampForm form, bool optional) {
  static const auto schemas = [] {
    std::array<std::array<sdk::SchemaPtr, 2>, std::size(kForms)> made;
    for (size_t i = 0; i < made.size(); ++i) {
      for (const bool is_optional : {false, true})
        made[i][is_optional ? 1 : 0] = make_schema(static_cast<TimestampForm>(i), is_optional);
    }
    return made;
  }();
  return schemas[static_cast<size_t>(form)][optional ? 1 : 0];
}

Status TimestampConversion::read(const Value& value, TimestampForm from, int64_t& ms) const {
  if (from == TimestampForm::kUnix) {
    if (value.kind() != Kind::kInt64) return expected(from, value);
    ms = unix_to_ms(value.as_integer(), precision);
    return {};
  }
  if (from != TimestampForm::kString) {
    if (!is_temporal(value)) return expected(from, value);
    ms = ms_of(value);
    return {};
  }
  if (value.kind() != Kind::kString) return expected(from, value);
  if (!format) return no_format(value);
  const auto parsed = format->parse(value.as_string());
  if (!parsed) return unparsable(value, format->pattern());
  ms = *parsed;
  return {};
}

Status TimestampConversion::convert(sdk::Arena& arena, const Value& value, TimestampForm from,
                                    Value& to) const {
  if (value.is_null()) {
    to = value;
    return {};
  }
  int64_t ms = 0;
  SLUICE_RETURN_IF_ERROR(read(value, from, ms));
  if (target == TimestampForm::kUnix) {
    to = Value::int64(ms_to_unix(ms, precision));
  } else if (target == TimestampForm::kTimestamp) {
    to = Value::timestamp(ms);
  } else if (target == TimestampForm::kString) {
    std::string text;
    format->format(text, ms);
    to = Value::string(arena.copy(text));
  } else {
    to = target == TimestampForm::kDate ? Value::date(static_cast<int32_t>(floor_div(ms, kDayMs)))
                                        : Value::time(static_cast<int32_t>(floor_mod(ms, kDayMs)));
  }
  return {};
}

}  // namespace sluice::transforms
