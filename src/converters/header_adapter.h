#pragma once
// Lets a Converter serve as HeaderConverter, as most of Java's do.

#include <memory>

#include "sdk/header_converter.h"

namespace sluice::converters {

class HeaderAdapter final : public sdk::HeaderConverter {
 public:
  explicit HeaderAdapter(std::unique_ptr<sdk::Converter> converter) : converter_(std::move(converter)) {}

  const sdk::ConfigDef& config() const override { return converter_->config(); }
  Status configure(const sdk::Properties& properties) override;
  Result<BytesView> from_data(std::string_view topic, std::string_view header_key, const sdk::Schema* schema,
                              const sdk::Value& value, sdk::Arena& arena) override;
  Result<sdk::SchemaAndValue> to_data(std::string_view topic, std::string_view header_key, BytesView bytes,
                                      sdk::Arena& arena) override;

 private:
  std::unique_ptr<sdk::Converter> converter_;
};

}  // namespace sluice::converters
