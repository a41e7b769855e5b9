#pragma once
// org.apache.kafka.connect.converters.BooleanConverter: one byte, 00 or 01.

#include "sdk/converter.h"

namespace sluice::converters {

class BooleanConverter final : public sdk::Converter {
 public:
  const sdk::ConfigDef& config() const override;
  Status configure(const sdk::Properties& properties, sdk::ConverterRole role) override;
  void from_data(std::span<const sdk::DataItem> items, sdk::Arena& arena, std::span<BytesView> out,
                 sdk::RecordErrors& errors) override;
  void to_data(std::span<const sdk::BytesItem> items, sdk::Arena& arena, std::span<sdk::SchemaAndValue> out,
               sdk::RecordErrors& errors) override;
};

}  // namespace sluice::converters
