#pragma once
// org.apache.kafka.connect.json.JsonConverter: JSON with its schema in an envelope, or without.
// Parsed schemas are found again by the bytes of the envelope's schema; writing runs a plan per schema.

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "converters/json_contract.h"
#include "converters/json_plan.h"
#include "formats/json/json_decoder.h"
#include "sdk/config/config_def.h"
#include "sdk/converter.h"

namespace sluice::converters {

class JsonConverter final : public sdk::Converter {
 public:
  JsonConverter();

  static const sdk::ConfigDef& config_def();
  const sdk::ConfigDef& config() const override { return config_def(); }
  Status configure(const sdk::Properties& properties, sdk::ConverterRole role) override;
  Status guard(const sdk::Contract& contract) override;
  void from_data(std::span<const sdk::DataItem> items, sdk::Arena& arena, std::span<BytesView> out,
                 sdk::RecordErrors& errors) override;
  void to_data(std::span<const sdk::BytesItem> items, sdk::Arena& arena, std::span<sdk::SchemaAndValue> out,
               sdk::RecordErrors& errors) override;

 private:
  /// A schema's plan and what stands before and after the payload.
  struct Encoder {
    std::unique_ptr<JsonPlan> plan;
    std::string prefix;
  };
  /// A schema that was read, under the text it stood in.
  struct KnownSchema {
    std::string text;
    sdk::SchemaPtr schema;  // null for "schema":null
  };

  Status write(const sdk::DataItem& item);
  Result<sdk::SchemaAndValue> read(const sdk::BytesItem& item, sdk::Arena& arena);
  Result<Encoder*> encoder_for(const sdk::Schema* schema);
  Result<Encoder> make_encoder(const sdk::Schema* schema) const;

  Result<sdk::SchemaAndValue> read_enveloped(BytesView bytes, sdk::Arena& arena);
  bool read_known_envelope(BytesView bytes, sdk::Arena& arena, Result<sdk::SchemaAndValue>& result);
  const KnownSchema* find_known(std::string_view text_and_more);
  void remember(BytesView bytes, const sdk::SchemaPtr& schema);
  Result<sdk::SchemaPtr> schema_of(const sdk::Value& node, sdk::Arena& arena);
  void hold(const sdk::SchemaPtr& schema, sdk::Arena& arena);

  std::unique_ptr<JsonContract> contract_;  // null: there is none
  bool schemas_enable_ = true;
  bool replace_null_with_default_ = true;
  size_t schemas_cache_size_ = 1000;
  JsonWriteOptions write_options_;

  json::TextBuffer buffer_;
  std::unordered_map<const sdk::Schema*, Encoder> encoders_;
  const sdk::Schema* last_encoded_ = nullptr;
  Encoder* last_encoder_ = nullptr;

  json::Decoder plain_decoder_;
  json::Decoder exact_decoder_;
  std::unordered_map<std::string_view, std::unique_ptr<KnownSchema>> known_by_text_;  // as it stood
  std::unordered_map<std::string, sdk::SchemaPtr> known_by_content_;                  // written anew, compact
  const KnownSchema* last_known_ = nullptr;
  const sdk::Schema* last_held_ = nullptr;
};

}  // namespace sluice::converters
