#pragma once
// org.apache.kafka.connect.storage.StringConverter: text in `converter.encoding`. Valid UTF-8 is passed
// through, not copied, both ways.

#include <memory>

#include "converters/charset.h"
#include "sdk/converter.h"

namespace sluice::converters {

class StringConverter final : public sdk::Converter {
 public:
  const sdk::ConfigDef& config() const override;
  Status configure(const sdk::Properties& properties, sdk::ConverterRole role) override;
  void from_data(std::span<const sdk::DataItem> items, sdk::Arena& arena, std::span<BytesView> out,
                 sdk::RecordErrors& errors) override;
  void to_data(std::span<const sdk::BytesItem> items, sdk::Arena& arena, std::span<sdk::SchemaAndValue> out,
               sdk::RecordErrors& errors) override;

 private:
  std::unique_ptr<Charset> charset_;  // null for UTF-8
};

}  // namespace sluice::converters
