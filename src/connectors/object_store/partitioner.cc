#include "connectors/object_store/partitioner.h"

#include <fmt/core.h>

#include <charconv>
#include <string>

#include "connectors/object_store/joda_format.h"
#include "connectors/object_store/time_zone.h"
#include "sdk/data/values.h"

namespace sluice::connectors::object_store {
namespace {

using sdk::Kind;
using sdk::Value;

constexpr std::string_view kPartitionException = "io.confluent.connect.storage.errors.PartitionException";

Error partition_error(const std::string& text) { return bad_record(text).as_java(kPartitionException); }

class DefaultPartitioner final : public Partitioner {
 public:
  Result<std::string_view> encode(const sdk::Record& record, int64_t) override {
    if (record.partition != partition_) {
      partition_ = record.partition;
      path_ = fmt::format("partition={}", partition_);
    }
    return std::string_view(path_);
  }
  bool is_uniform() const override { return true; }

 private:
  int32_t partition_ = sdk::kNoPartition;
  std::string path_;
};

class FieldPartitioner final : public Partitioner {
 public:
  FieldPartitioner(std::vector<std::string> fields, std::string delimiter)
      : fields_(std::move(fields)), delimiter_(std::move(delimiter)) {}

  Result<std::string_view> encode(const sdk::Record& record, int64_t) override {
    if (record.value.kind() != Kind::kStruct && record.value.kind() != Kind::kMap) {
      return partition_error("Error encoding partition: the value is no struct or object");
    }
    path_.clear();
    for (const std::string& field : fields_) {
      if (!path_.empty()) path_ += delimiter_;
      path_ += field;
      path_ += '=';
      SLUICE_RETURN_IF_ERROR(append(field_at(record.value, field), field));
    }
    return std::string_view(path_);
  }

 private:
  Status append(const Value& value, const std::string& field) {
    switch (value.kind()) {
      case Kind::kNull:
        path_ += "null";
        return {};
      case Kind::kBoolean:
        path_ += value.as_boolean() ? "true" : "false";
        return {};
      case Kind::kString:
        path_ += value.as_string();
        return {};
      case Kind::kInt8:
      case Kind::kInt16:
      case Kind::kInt32:
      case Kind::kInt64:
        path_ += std::to_string(value.as_integer());
        return {};
      default:
        return partition_error(
            fmt::format("Error encoding partition: field '{}' is of kind {}; integers, booleans "
                        "and strings can name a path",
                        field, sdk::kind_name(value.kind())));
    }
  }

  const std::vector<std::string> fields_;
  const std::string delimiter_;
  std::string path_;
};

class TimePartitioner final : public Partitioner {
 public:
  TimePartitioner(PartitionerOptions options, JodaFormat format, const TimeZone& zone)
      : options_(std::move(options)), format_(std::move(format)), zone_(zone) {}

  Result<std::string_view> encode(const sdk::Record& record, int64_t now_ms) override {
    SLUICE_ASSIGN_OR_RETURN(const int64_t time_ms, record_time(options_, record, now_ms));
    if (time_ms != last_time_ms_ || path_.empty()) {
      last_time_ms_ = time_ms;
      const int64_t local_ms = zone_.to_local(time_ms);
      const int64_t bucket = local_ms / options_.duration_ms * options_.duration_ms;  // as Java rounds
      if (bucket != bucket_ || path_.empty()) {
        bucket_ = bucket;
        path_ = format_.format(zone_.to_utc(bucket), zone_);
      }
    }
    return std::string_view(path_);
  }

 private:
  const PartitionerOptions options_;
  const JodaFormat format_;
  const TimeZone& zone_;
  int64_t last_time_ms_ = 0;
  int64_t bucket_ = 0;
  std::string path_;
};

Value step_into(const Value& value, std::string_view name) {
  if (value.kind() == Kind::kStruct) {
    const int index = value.as_struct().schema->field_index(name);
    return index < 0 ? Value::null() : sdk::field_or_default(value.as_struct(), static_cast<size_t>(index));
  }
  if (value.kind() != Kind::kMap) return Value::null();
  for (const sdk::MapEntry& entry : value.as_map()) {
    if (entry.key.kind() == Kind::kString && entry.key.as_string() == name) return entry.value;
  }
  return Value::null();
}

/// Reads digits from `text`; -1 if there are not as many.
int take_number(std::string_view& text, size_t digits) {
  int value = 0;
  if (text.size() < digits) return -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc() || end != text.data() + digits || value < 0) return -1;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

/// Days since 1970 of a civil date (proleptic Gregorian).
int64_t days_of(int64_t year, int month, int day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

/// The clock part after 'T'; false if it is wrong.
bool take_clock(std::string_view& text, int64_t& ms) {
  const int hour = take_number(text, 2);
  if (hour < 0 || hour > 23) return false;
  ms += hour * 3'600'000LL;
  if (!take(text, ':')) return true;
  const int minute = take_number(text, 2);
  if (minute < 0 || minute > 59) return false;
  ms += minute * 60'000LL;
  if (!take(text, ':')) return true;
  const int second = take_number(text, 2);
  if (second < 0 || second > 59) return false;
  ms += second * 1000LL;
  if (!take(text, '.') && !take(text, ',')) return true;
  int64_t scale = 100;
  bool any = false;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    ms += (text.front() - '0') * scale;
    scale /= 10;
    any = true;
    text.remove_prefix(1);
  }
  return any;
}

bool take_zone(std::string_view& text, int64_t& ms) {
  if (take(text, 'Z') || text.empty()) return true;
  const bool minus = text.front() == '-';
  if (!take(text, '+') && !take(text, '-')) return false;
  const int hours = take_number(text, 2);
  take(text, ':');
  const int minutes = text.empty() ? 0 : take_number(text, 2);
  if (hours < 0 || minutes < 0) return false;
  const int64_t offset_ms = (hours * 60LL + minutes) * 60'000;
  ms -= minus ? -offset_ms : offset_ms;
  return true;
}

}  // namespace

Value field_at(const Value& value, std::string_view path) {
  Value at = value;
  while (!path.empty() && !at.is_null()) {
    const size_t dot = path.find('.');
    at = step_into(at, path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return at;
}

Result<int64_t> parse_time(std::string_view text) {
  const Error wrong = partition_error(
      fmt::format("Invalid timestamp '{}': it must be milliseconds or an ISO 8601 date and time", text));
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  std::string_view rest = text;
  const int year = take_number(rest, 4);
  int month = 1;
  int day = 1;
  if (take(rest, '-')) month = take_number(rest, 2);
  if (take(rest, '-')) day = take_number(rest, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31) return wrong;
  int64_t ms = days_of(year, month, day) * 86'400'000;
  if (take(rest, 'T') && (!take_clock(rest, ms) || !take_zone(rest, ms))) return wrong;
  if (!rest.empty()) return wrong;
  return ms;
}

Result<int64_t> record_time(const PartitionerOptions& options, const sdk::Record& record, int64_t now_ms) {
  if (options.extractor == ExtractorKind::kWallclock) return now_ms;
  if (options.extractor == ExtractorKind::kRecord) {
    if (record.timestamp != sdk::kNoTimestamp) return record.timestamp;
    return partition_error(
        "Unable to determine timestamp using timestamp.extractor Record: the record has none");
  }
  const Value field = field_at(record.value, options.timestamp_field);
  switch (field.kind()) {
    case Kind::kTimestamp:
    case Kind::kInt32:
    case Kind::kInt64:
      return field.as_integer();
    case Kind::kFloat64:
      return static_cast<int64_t>(field.as_float64());
    case Kind::kString:
      return parse_time(field.as_string());
    default:
      return partition_error(
          fmt::format("Unable to determine timestamp: field '{}' (timestamp.field) is of kind {}; "
                      "it must be a timestamp, a number of milliseconds or an ISO 8601 text",
                      options.timestamp_field, sdk::kind_name(field.kind())));
  }
}

std::unique_ptr<Partitioner> make_partitioner(const SinkOptions& options, const TimeZone& zone) {
  const PartitionerOptions& partitioner = options.partitioner;
  if (partitioner.kind == PartitionerKind::kField) {
    return std::make_unique<FieldPartitioner>(partitioner.fields, options.names.directory_delimiter);
  }
  if (partitioner.kind == PartitionerKind::kTime) {
    auto format = JodaFormat::parse(partitioner.path_format, "");
    SLUICE_CHECK(format.ok(), "the pattern was checked when the options were parsed");
    return std::make_unique<TimePartitioner>(partitioner, std::move(format).value(), zone);
  }
  return std::make_unique<DefaultPartitioner>();
}

}  // namespace sluice::connectors::object_store
