#pragma once
// JSON Schema for the registry converters (io.confluent.connect.json.JsonSchemaConverter).

#include "converters/registry_format.h"
#include "formats/json_schema/connect_names.h"

namespace sluice::converters {

class JsonSchemaFormat final : public RegistryFormat {
 public:
  schema_registry::SchemaType type() const override { return schema_registry::SchemaType::kJson; }
  std::string_view name() const override { return "JSON"; }
  bool null_is_tombstone() const override { return false; }
  void define(sdk::ConfigDef& def) const override;
  Status configure(const sdk::Config& config) override;

  Result<NativeSchema> native_schema(const sdk::Schema* schema) override;
  Result<std::string> record_name(const FullSchema& schema) override;
  Result<std::unique_ptr<PayloadWriter>> writer(const sdk::Schema* schema, const FullSchema& native) override;
  Result<std::unique_ptr<PayloadReader>> reader(const FullSchema& writer,
                                                std::optional<int32_t> version) override;
  Result<sdk::SchemaPtr> connect_schema(const FullSchema& schema) override;
  Result<std::optional<std::string>> incompatibility(const FullSchema& writer,
                                                     const FullSchema& reader) override;

 private:
  json_schema::ConnectOptions options_;
  bool validates_ = false;
};

}  // namespace sluice::converters
