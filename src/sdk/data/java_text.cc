// Java's toString of values. Two texts cannot be Java's: bytes (there an object's address) are Base64 here,
// and maps keep their order of insertion where Java shows that of a hash table.

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

#include "sdk/data/base64.h"
#include "sdk/data/values.h"

namespace sluice::sdk {
namespace {

constexpr int64_t kDayMs = 86'400'000;

/// java.util.Date.toString in UTC.
void append_date_text(std::string& out, int64_t ms) {
  const time_t seconds = ms >= 0 ? ms / 1000 : (ms - 999) / 1000;
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text;
  const int size =
      std::snprintf(text.data(), text.size(), "%s %s %02d %02d:%02d:%02d UTC %04d",
                    kDays[static_cast<size_t>(parts.tm_wday)], kMonths[static_cast<size_t>(parts.tm_mon)],
                    parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, parts.tm_year + 1900);
  out.append(text.data(), static_cast<size_t>(size));
}

void append_array_text(std::string& out, std::span<const Value> items) {
  out.push_back('[');
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out.append(", ");
    append_java_text(out, items[i]);
  }
  out.push_back(']');
}

void append_map_text(std::string& out, std::span<const MapEntry> entries) {
  out.push_back('{');
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) out.append(", ");
    append_java_text(out, entries[i].key);
    out.push_back('=');
    append_java_text(out, entries[i].value);
  }
  out.push_back('}');
}

void append_struct_text(std::string& out, const StructNode& node) {
  out.append("Struct{");
  bool first = true;
  for (size_t i = 0; i < node.field_count; ++i) {
    const Value& value = node.values()[i];
    if (value.is_null()) continue;
    if (!first) out.push_back(',');
    first = false;
    out.append(node.schema->fields()[i].name).push_back('=');
    append_java_text(out, value);
  }
  out.push_back('}');
}

void append_integer_text(std::string& out, int64_t value) {
  std::array<char, 24> text;
  out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
}

}  // namespace

void append_java_text(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      out.append("null");
      break;
    case Kind::kBoolean:
      out.append(value.as_boolean() ? "true" : "false");
      break;
    case Kind::kInt8:
    case Kind::kInt16:
    case Kind::kInt32:
    case Kind::kInt64:
      append_integer_text(out, value.as_integer());
      break;
    case Kind::kFloat32:
      append_java_float32(out, value.as_float32());
      break;
    case Kind::kFloat64:
      append_java_float64(out, value.as_float64());
      break;
    case Kind::kString:
      out.append(value.as_string());
      break;
    case Kind::kBytes:
      append_base64(out, value.as_bytes());
      break;
    case Kind::kArray:
      append_array_text(out, value.as_array());
      break;
    case Kind::kMap:
      append_map_text(out, value.as_map());
      break;
    case Kind::kStruct:
      append_struct_text(out, value.as_struct());
      break;
    case Kind::kDecimal:
      append_decimal_text(out, value.as_bytes(), value.decimal_scale());
      break;
    case Kind::kDate:
      append_date_text(out, value.as_integer() * kDayMs);
      break;
    case Kind::kTime:
    case Kind::kTimestamp:
      append_date_text(out, value.as_integer());
      break;
  }
}

}  // namespace sluice::sdk
