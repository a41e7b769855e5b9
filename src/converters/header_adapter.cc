#include "converters/header_adapter.h"

namespace sluice::converters {

Status HeaderAdapter::configure(const sdk::Properties& properties) {
  return converter_->configure(properties, sdk::ConverterRole::kHeader);
}

Result<BytesView> HeaderAdapter::from_data(std::string_view topic, std::string_view /*header_key*/,
                                           const sdk::Schema* schema, const sdk::Value& value,
                                           sdk::Arena& arena) {
  const sdk::DataItem item{topic, schema, value};
  BytesView out;
  sdk::RecordErrors errors;
  converter_->from_data({&item, 1}, arena, {&out, 1}, errors);
  if (!errors.empty()) return errors.entries().front().error;
  return out;
}

Result<sdk::SchemaAndValue> HeaderAdapter::to_data(std::string_view topic, std::string_view /*header_key*/,
                                                   BytesView bytes, sdk::Arena& arena) {
  const sdk::BytesItem item{topic, bytes, {}};
  sdk::SchemaAndValue out;
  sdk::RecordErrors errors;
  converter_->to_data({&item, 1}, arena, {&out, 1}, errors);
  if (!errors.empty()) return errors.entries().front().error;
  return out;
}

}  // namespace sluice::converters
