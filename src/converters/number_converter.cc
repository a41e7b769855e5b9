#include "converters/number_converter.h"

#include <bit>
#include <string>

#include "converters/converter_config.h"
#include "sdk/data/values.h"

namespace sluice::converters {

using sdk::Kind;
using sdk::Schema;
using sdk::Value;

const NumberFormat kShortFormat{Kind::kInt16, 2, "short", "ShortDeserializer", &Schema::optional_int16};
const NumberFormat kIntegerFormat{Kind::kInt32, 4, "integer", "IntegerDeserializer", &Schema::optional_int32};
const NumberFormat kLongFormat{Kind::kInt64, 8, "long", "LongDeserializer", &Schema::optional_int64};
const NumberFormat kFloatFormat{Kind::kFloat32, 4, "float", "Deserializer", &Schema::optional_float32};
const NumberFormat kDoubleFormat{Kind::kFloat64, 8, "double", "Deserializer", &Schema::optional_float64};

const sdk::ConfigDef& NumberConverter::config() const { return bare_converter_config(); }

Status NumberConverter::configure(const sdk::Properties& properties, sdk::ConverterRole role) {
  SLUICE_RETURN_IF_ERROR(parse_converter_config(config(), properties, role));
  return {};
}

uint64_t NumberConverter::bits_of(const Value& value) const {
  if (format_.kind == Kind::kFloat32) return std::bit_cast<uint32_t>(value.as_float32());
  if (format_.kind == Kind::kFloat64) return std::bit_cast<uint64_t>(value.as_float64());
  return static_cast<uint64_t>(value.as_integer());
}

Value NumberConverter::number_of(BytesView bytes) const {
  uint64_t bits = 0;
  for (const char c : bytes) bits = bits << 8 | static_cast<unsigned char>(c);
  switch (format_.kind) {
    case Kind::kInt16:
      return Value::int16(static_cast<int16_t>(bits));
    case Kind::kInt32:
      return Value::int32(static_cast<int32_t>(bits));
    case Kind::kFloat32:
      return Value::float32(std::bit_cast<float>(static_cast<uint32_t>(bits)));
    case Kind::kFloat64:
      return Value::float64(std::bit_cast<double>(bits));
    default:
      return Value::int64(static_cast<int64_t>(bits));
  }
}

void NumberConverter::from_data(std::span<const sdk::DataItem> items, sdk::Arena& arena,
                                std::span<BytesView> out, sdk::RecordErrors& errors) {
  for (size_t i = 0; i < items.size(); ++i) {
    const Value& value = items[i].value;
    out[i] = kNullBytes;
    if (value.is_null()) continue;
    if (value.kind() != format_.kind) {
      std::string message("Failed to serialize to ");
      message.append(format_.name).append(" (was class ").append(java_class_name(value)).append("): ");
      errors.add(i, bad_record(std::move(message)));
      continue;
    }
    uint64_t bits = bits_of(value);
    auto* bytes = static_cast<char*>(arena.allocate(format_.size, 1));
    for (size_t at = format_.size; at-- > 0; bits >>= 8) bytes[at] = static_cast<char>(bits);
    out[i] = {bytes, format_.size};
  }
}

void NumberConverter::to_data(std::span<const sdk::BytesItem> items, sdk::Arena& /*arena*/,
                              std::span<sdk::SchemaAndValue> out, sdk::RecordErrors& errors) {
  const Schema* schema = format_.schema().get();
  for (size_t i = 0; i < items.size(); ++i) {
    const BytesView bytes = items[i].bytes;
    out[i] = {schema, {}};
    if (is_null(bytes)) continue;
    if (bytes.size() == format_.size) {
      out[i].value = number_of(bytes);
    } else {
      errors.add(i, serialization_error("Failed to deserialize " + std::string(format_.name) + ": ",
                                        "Size of data received by " + std::string(format_.deserializer) +
                                            " is not " + std::to_string(format_.size)));
    }
  }
}

}  // namespace sluice::converters
