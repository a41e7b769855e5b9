#pragma once
// Protobuf for the registry converters (io.confluent.connect.protobuf.ProtobufConverter).

#include "converters/registry_format.h"
#include "formats/protobuf/connect_names.h"

namespace sluice::converters {

class ProtobufFormat final : public RegistryFormat {
 public:
  schema_registry::SchemaType type() const override { return schema_registry::SchemaType::kProtobuf; }
  std::string_view name() const override { return "Protobuf"; }
  bool null_is_tombstone() const override { return true; }
  bool required_null_is_tombstone() const override { return true; }
  void define(sdk::ConfigDef& def) const override;
  Status configure(const sdk::Config& config) override;

  Result<NativeSchema> native_schema(const sdk::Schema* schema) override;
  Result<std::string> record_name(const FullSchema& schema) override;
  Result<std::vector<std::string>> record_names(const FullSchema& schema) override;
  Result<std::unique_ptr<PayloadWriter>> writer(const sdk::Schema* schema, const FullSchema& native) override;
  Result<std::unique_ptr<PayloadReader>> reader(const FullSchema& writer,
                                                std::optional<int32_t> version) override;
  Result<sdk::SchemaPtr> connect_schema(const FullSchema& schema) override;
  Result<std::optional<std::string>> incompatibility(const FullSchema& writer,
                                                     const FullSchema& reader) override;

 private:
  protobuf::ConnectOptions options_;
  bool skip_known_types_ = true;
};

}  // namespace sluice::converters
