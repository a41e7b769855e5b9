#include "converters/byte_array_converter.h"

#include <string>

#include "converters/converter_config.h"
#include "sdk/data/values.h"

namespace sluice::converters {

const sdk::ConfigDef& ByteArrayConverter::config() const { return bare_converter_config(); }

Status ByteArrayConverter::configure(const sdk::Properties& properties, sdk::ConverterRole role) {
  SLUICE_RETURN_IF_ERROR(parse_converter_config(config(), properties, role));
  return {};
}

void ByteArrayConverter::from_data(std::span<const sdk::DataItem> items, sdk::Arena& /*arena*/,
                                   std::span<BytesView> out, sdk::RecordErrors& errors) {
  for (size_t i = 0; i < items.size(); ++i) {
    const auto& [topic, schema, value] = items[i];
    out[i] = kNullBytes;
    if (schema != nullptr && schema->type() != sdk::Type::kBytes) {
      errors.add(i, bad_record("Invalid schema type for ByteArrayConverter: " +
                               std::string(type_name(schema->type()))));
    } else if (value.kind() == sdk::Kind::kBytes) {
      out[i] = value.as_bytes().empty() ? kEmptyBytes : value.as_bytes();
    } else if (!value.is_null()) {
      errors.add(i, bad_record("ByteArrayConverter is not compatible with objects of type class " +
                               std::string(java_class_name(value))));
    }
  }
}

void ByteArrayConverter::to_data(std::span<const sdk::BytesItem> items, sdk::Arena& /*arena*/,
                                 std::span<sdk::SchemaAndValue> out, sdk::RecordErrors& /*errors*/) {
  const sdk::Schema* schema = sdk::Schema::optional_bytes().get();
  for (size_t i = 0; i < items.size(); ++i) {
    out[i] = {schema, is_null(items[i].bytes) ? sdk::Value::null() : sdk::Value::bytes(items[i].bytes)};
  }
}

}  // namespace sluice::converters
