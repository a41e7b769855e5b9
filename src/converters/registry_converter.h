#pragma once
// A converter whose schemas live in a schema registry; what differs between Avro, Protobuf and JSON Schema is
// its format's. A schema costs a request once per worker and is compiled once per converter.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "converters/registry_config.h"
#include "converters/registry_format.h"
#include "converters/schema_book.h"
#include "converters/wire_format.h"
#include "sdk/config/config_def.h"
#include "sdk/converter.h"

namespace sluice::converters {

class RegistryConverter final : public sdk::Converter {
 public:
  explicit RegistryConverter(std::unique_ptr<RegistryFormat> format);

  const sdk::ConfigDef& config() const override { return def_; }
  Status configure(const sdk::Properties& properties, sdk::ConverterRole role) override;
  Status guard(const sdk::Contract& contract) override;
  void from_data(std::span<const sdk::DataItem> items, sdk::Arena& arena, std::span<BytesView> out,
                 sdk::RecordErrors& errors) override;
  void to_data(std::span<const sdk::BytesItem> items, sdk::Arena& arena, std::span<sdk::SchemaAndValue> out,
               sdk::RecordErrors& errors) override;
  std::span<const RawHeader> headers() const override { return headers_; }

 private:
  struct Writer {
    sdk::SchemaPtr schema;  // kept, for its address is the key
    std::string prefix;     // of the payload: id and index; empty where they stand in a header
    std::string header;     // empty where they stand in the prefix
    std::unique_ptr<PayloadWriter> payload;
  };
  using WriterKey = std::pair<const sdk::Schema*, std::string>;  // and the topic
  using ReaderKey = std::pair<SchemaKey, std::string>;           // and the topic

  bool is_tombstone(const sdk::Schema* schema) const;
  Result<Writer*> writer_for(const sdk::DataItem& item);
  Status identify(const FullSchema& schema, Writer& writer) const;
  Result<PayloadReader*> reader_for(const SchemaKey& key, std::string_view topic);
  Error writing_failed(std::string_view topic, const Error& error) const;
  Error reading_failed(std::string_view topic, const Error& error) const;

  const std::unique_ptr<RegistryFormat> format_;
  sdk::ConfigDef def_;
  sdk::ConverterRole role_ = sdk::ConverterRole::kValue;
  size_t schemas_max_ = 0;
  std::unique_ptr<SchemaBook> book_;

  std::map<WriterKey, Writer> writers_;
  std::map<ReaderKey, std::unique_ptr<PayloadReader>> readers_;
  std::string buffer_;
  bool uses_headers_ = false;
  std::vector<RawHeader> headers_;  // of the last from_data()
};

}  // namespace sluice::converters
