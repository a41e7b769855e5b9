// Values that stand for what is not there: null in a required field, and values that the log does not repeat.

#include <openssl/evp.h>

#include <algorithm>
#include <string>

#include "connectors/cdc/common/handling.h"
#include "connectors/cdc/postgres/column_decoder.h"
#include "connectors/cdc/postgres/text_values.h"
#include "sdk/data/values.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sdk::Arena;
using sdk::Value;

constexpr Oid kInt4 = 23;
constexpr Oid kInt8 = 20;
constexpr Oid kDate = 1082;
constexpr Oid kUuid = 2950;
constexpr Oid kBytea = 17;

/// java.util.UUID.nameUUIDFromBytes: version 3.
std::string name_uuid(std::string_view name) {
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(name.data(), name.size(), hash, &size, EVP_md5(), nullptr);
  hash[6] = static_cast<unsigned char>((hash[6] & 0x0f) | 0x30);
  hash[8] = static_cast<unsigned char>((hash[8] & 0x3f) | 0x80);
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[hash[i] >> 4];
    text += kDigits[hash[i] & 15];
  }
  return text;
}

/// 0 with so many places.
std::string zero_of(int scale) {
  return scale > 0 ? "0." + std::string(static_cast<size_t>(scale), '0') : "0";
}

Value array_of(Arena& arena, const Value& item) {
  auto* items = arena.array<Value>(1);
  items[0] = item;
  return Value::array({items, 1});
}

/// The placeholder's characters as numbers, which is how Debezium fills arrays of them.
template <typename Make>
Value array_of_bytes(Arena& arena, std::string_view text, Make make) {
  auto* items = arena.array<Value>(text.size());
  std::transform(text.begin(), text.end(), items, make);
  return Value::array({items, text.size()});
}

}  // namespace

Value ColumnDecoder::temporal_filler() const {
  const bool is_text = options_.times == TimeMode::kIsoString;
  const bool is_connect = options_.times == TimeMode::kConnect;
  switch (form_) {
    case Form::kDate:
      if (is_text) return Value::string("1970-01-01Z");
      return is_connect ? Value::date(0) : Value::int32(0);
    case Form::kTime:
      if (is_text) return Value::string("00:00:00Z");
      if (is_connect) return Value::time(0);
      return options_.times == TimeMode::kAdaptive && coarse() ? Value::int32(0) : Value::int64(0);
    default:
      if (is_text) return Value::string("1970-01-01T00:00:00Z");
      return is_connect ? Value::timestamp(0) : Value::int64(0);
  }
}

Value ColumnDecoder::filler(Arena& arena) const {
  const auto decoded = [&](std::string_view text) {
    const auto value = decode(arena.copy(text), arena);
    return value.ok() ? *value : Value::null();
  };
  switch (form_) {
    case Form::kBoolean:
    case Form::kBit:
      return Value::boolean(false);
    case Form::kInt16:
    case Form::kInt32:
    case Form::kInt64:
    case Form::kFloat32:
    case Form::kFloat64:
      return decoded("0");
    case Form::kMoney:
      return decoded(zero_of(options_.money_digits));
    case Form::kNumeric:
      return decoded(zero_of(variable_scale() ? 0 : scale_));
    case Form::kBits:
      return Value::bytes("");
    case Form::kBytes:
      return decoded("\\x");
    case Form::kUnknown:
      return decoded("");
    case Form::kDate:
    case Form::kTime:
    case Form::kTimestamp:
      return temporal_filler();
    case Form::kZonedTime:
      return Value::string("00:00:00Z");
    case Form::kZonedTimestamp:
      return Value::string("1970-01-01T00:00:00Z");
    case Form::kInterval:
      return options_.interval_as_text ? Value::string("P0Y0M0DT0H0M0S") : Value::int64(0);
    case Form::kPoint:
      return decoded("(0,0)");
    case Form::kGeometry:
    case Form::kGeography:
      return decoded("010700000000000000");  // an empty collection
    case Form::kHstore:
      return decoded("");
    case Form::kArray:
    case Form::kFloatVector:
    case Form::kDoubleVector:
      return Value::array({});
    default:
      return Value::string("");
  }
}

Value ColumnDecoder::unchanged(Arena& arena) const {
  const std::string_view text = arena.copy(options_.placeholder);
  switch (form_) {
    case Form::kText:
    case Form::kString:
    case Form::kEnum:
    case Form::kJson:
    case Form::kXml:
    case Form::kUuid:
    case Form::kLtree:
    case Form::kTsVector:
      return Value::string(text);
    case Form::kBytes:
      return options_.binaries == BinaryMode::kHex ? Value::string(text)
                                                   : binary_value(options_.binaries, text, arena);
    case Form::kHstore: {
      const std::string key(text);
      const HstoreEntries entries{{key, key}};
      if (!options_.hstore_as_map) return Value::string(arena.copy(hstore_json(entries)));
      auto* items = arena.array<sdk::MapEntry>(1);
      items[0] = {Value::string(text), Value::string(text)};
      return Value::map({items, 1});
    }
    case Form::kArray:
      break;
    default:
      return Value::null();  // numbers are too short to be left out, but for a few of the longest
  }
  switch (element_->root_oid_) {
    case kInt4:
    case kDate:
      return array_of_bytes(arena, text, [](char c) { return Value::int32(c); });
    case kInt8:
      return array_of_bytes(arena, text, [](char c) { return Value::int64(c); });
    case kUuid:
      return array_of(arena, Value::string(arena.copy(name_uuid(text))));
    case kBytea:
      return array_of(arena, Value::bytes(text));
    default: {
      const Value item = element_->unchanged(arena);
      return item.is_null() ? item : array_of(arena, item);
    }
  }
}

}  // namespace sluice::connectors::cdc::postgres
