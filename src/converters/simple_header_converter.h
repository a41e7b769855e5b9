#pragma once
// org.apache.kafka.connect.storage.SimpleHeaderConverter: texts whose type is guessed when they are read. The
// default for headers.

#include "sdk/header_converter.h"

namespace sluice::converters {

class SimpleHeaderConverter final : public sdk::HeaderConverter {
 public:
  const sdk::ConfigDef& config() const override;
  Status configure(const sdk::Properties& properties) override;
  Result<BytesView> from_data(std::string_view topic, std::string_view header_key, const sdk::Schema* schema,
                              const sdk::Value& value, sdk::Arena& arena) override;
  Result<sdk::SchemaAndValue> to_data(std::string_view topic, std::string_view header_key, BytesView bytes,
                                      sdk::Arena& arena) override;
};

}  // namespace sluice::converters
