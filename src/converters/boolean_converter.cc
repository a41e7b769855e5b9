#include "converters/boolean_converter.h"

#include <string>

#include "converters/converter_config.h"
#include "sdk/data/values.h"

namespace sluice::converters {
namespace {

constexpr BytesView kTrue("\x01", 1);
constexpr BytesView kFalse("\x00", 1);

Error not_a_boolean(std::string reason) {
  return serialization_error("Failed to deserialize boolean: ", std::move(reason));
}

}  // namespace

const sdk::ConfigDef& BooleanConverter::config() const { return bare_converter_config(); }

Status BooleanConverter::configure(const sdk::Properties& properties, sdk::ConverterRole role) {
  SLUICE_RETURN_IF_ERROR(parse_converter_config(config(), properties, role));
  return {};
}

void BooleanConverter::from_data(std::span<const sdk::DataItem> items, sdk::Arena& /*arena*/,
                                 std::span<BytesView> out, sdk::RecordErrors& errors) {
  for (size_t i = 0; i < items.size(); ++i) {
    const auto& [topic, schema, value] = items[i];
    out[i] = kNullBytes;
    if (schema != nullptr && schema->type() != sdk::Type::kBoolean) {
      errors.add(i, bad_record("Invalid schema type for BooleanConverter: " +
                               std::string(type_name(schema->type()))));
    } else if (value.kind() == sdk::Kind::kBoolean) {
      out[i] = value.as_boolean() ? kTrue : kFalse;
    } else if (!value.is_null()) {
      errors.add(i, bad_record("BooleanConverter is not compatible with objects of type class " +
                               std::string(java_class_name(value))));
    }
  }
}

void BooleanConverter::to_data(std::span<const sdk::BytesItem> items, sdk::Arena& /*arena*/,
                               std::span<sdk::SchemaAndValue> out, sdk::RecordErrors& errors) {
  const sdk::Schema* schema = sdk::Schema::optional_boolean().get();
  for (size_t i = 0; i < items.size(); ++i) {
    const BytesView bytes = items[i].bytes;
    out[i] = {schema, {}};
    if (is_null(bytes)) continue;
    if (bytes.size() != 1) {
      errors.add(i, not_a_boolean("Size of data received by BooleanDeserializer is not 1"));
    } else if (bytes != kTrue && bytes != kFalse) {
      errors.add(i, not_a_boolean("Unexpected byte received by BooleanDeserializer: " +
                                  std::to_string(static_cast<int>(static_cast<signed char>(bytes[0])))));
    } else {
      out[i].value = sdk::Value::boolean(bytes == kTrue);
    }
  }
}

}  // namespace sluice::converters
