#pragma once
// org.apache.kafka.connect.converters.{Short,Integer,Long,Float,Double}Converter: one number, big endian.

#include <string_view>

#include "sdk/converter.h"

namespace sluice::converters {

/// What tells the five apart.
struct NumberFormat {
  sdk::Kind kind;
  size_t size;
  std::string_view name;          // in error texts, e.g. "integer"
  std::string_view deserializer;  // Kafka's, likewise
  const sdk::SchemaPtr& (*schema)();
};

extern const NumberFormat kShortFormat;
extern const NumberFormat kIntegerFormat;
extern const NumberFormat kLongFormat;
extern const NumberFormat kFloatFormat;
extern const NumberFormat kDoubleFormat;

class NumberConverter final : public sdk::Converter {
 public:
  explicit NumberConverter(const NumberFormat& format) : format_(format) {}
  const sdk::ConfigDef& config() const override;
  Status configure(const sdk::Properties& properties, sdk::ConverterRole role) override;
  void from_data(std::span<const sdk::DataItem> items, sdk::Arena& arena, std::span<BytesView> out,
                 sdk::RecordErrors& errors) override;
  void to_data(std::span<const sdk::BytesItem> items, sdk::Arena& arena, std::span<sdk::SchemaAndValue> out,
               sdk::RecordErrors& errors) override;

 private:
  sdk::Value number_of(BytesView bytes) const;
  uint64_t bits_of(const sdk::Value& value) const;
  const NumberFormat& format_;
};

}  // namespace sluice::converters
