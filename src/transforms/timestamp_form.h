#pragma once
// The forms that TimestampConverter reads and writes timestamps in, and one value from one form to another.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "sdk/data/schema.h"
#include "transforms/java_date_format.h"

namespace sluice::transforms {

enum class TimestampForm : uint8_t { kString, kUnix, kDate, kTime, kTimestamp };
enum class UnixPrecision : uint8_t { kSeconds, kMilliseconds, kMicroseconds, kNanoseconds };

struct TimestampConversion {
  TimestampForm target = TimestampForm::kTimestamp;
  UnixPrecision precision = UnixPrecision::kMilliseconds;
  std::optional<JavaDateFormat> format;  // of strings, both ways

  /// Writes `to`; null stays null. A text lives in the arena. Error kind kBadRecord with Java's text.
  Status convert(sdk::Arena& arena, const sdk::Value& value, TimestampForm from, sdk::Value& to) const;

 private:
  Status read(const sdk::Value& value, TimestampForm from, int64_t& ms) const;
};

/// From a schema. Error kind kFailed (ConnectException) for schemas that are no timestamps.
Result<TimestampForm> form_of_schema(const sdk::Schema& schema);
/// From a value without a schema.
Result<TimestampForm> form_of_value(const sdk::Value& value);
const sdk::SchemaPtr& schema_of_form(TimestampForm form, bool optional);

std::optional<TimestampForm> form_named(std::string_view name);
std::optional<UnixPrecision> precision_named(std::string_view name);

}  // namespace sluice::transforms
