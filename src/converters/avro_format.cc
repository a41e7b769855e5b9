#include "converters/avro_format.h"

#include <string>
#include <utility>

#include "converters/format_switches.h"
#include "formats/avro/anything.h"
#include "formats/avro/decoder.h"
#include "formats/avro/encoder.h"
#include "formats/avro/from_connect.h"
#include "formats/avro/schema_parser.h"
#include "formats/avro/schema_text.h"
#include "formats/avro/to_connect.h"

namespace sluice::converters {
namespace {

using sdk::ConfigType;
using sdk::Importance;

constexpr FormatSwitch<avro::ConnectOptions> kSwitches[] = {
    {"enhanced.avro.schema.support", &avro::ConnectOptions::enhanced_schemas,
     "Keep enums as enums, and the namespaces of records in unions."},
    {"connect.meta.data", &avro::ConnectOptions::connect_meta_data,
     "Write what only Connect knows (connect.name, connect.parameters, …) into the Avro schema."},
    {"scrub.invalid.names", &avro::ConnectOptions::scrub_invalid_names,
     "Replace what Avro does not allow in names by underscores."},
    {"discard.type.doc.default", &avro::ConnectOptions::discard_type_doc_default,
     "Keep only the documentation and defaults of fields, not those of types."},
    {"allow.optional.map.keys", &avro::ConnectOptions::allow_optional_map_keys,
     "Write maps with optional strings as keys as Avro maps."},
    {"flatten.singleton.unions", &avro::ConnectOptions::flatten_singleton_unions,
     "Read a union of one type as that type."},
    {"generalized.sum.type.support", &avro::ConnectOptions::generalized_sum_types,
     "Describe enums and unions as the Protobuf and JSON Schema converters do."},
    {"ignore.default.for.nullables", &avro::ConnectOptions::ignore_default_for_nullables,
     "Write a null of an optional field as null although the field has a default."},
};

Result<avro::SchemaPtr> parse(const FullSchema& schema) {
  avro::NamedSchemas known;
  for (const auto& [name, reference] : schema.references) {
    SLUICE_ASSIGN_OR_RETURN(const auto parsed, avro::parse_schema(reference->schema.text, known));
    known.merge(avro::named_schemas(parsed));
  }
  return avro::parse_schema(schema.schema->schema.text, known);
}

class Writer final : public PayloadWriter {
 public:
  explicit Writer(avro::Encoder encoder) : encoder_(std::move(encoder)) {}

  Status write(const sdk::Value& value, std::string& out) override {
    buffer_.clear();
    SLUICE_RETURN_IF_ERROR(encoder_.encode(value, buffer_));
    out += buffer_.view();
    return {};
  }

 private:
  const avro::Encoder encoder_;
  avro::ByteWriter buffer_;
};

class Reader final : public PayloadReader {
 public:
  explicit Reader(avro::Decoder decoder) : decoder_(std::move(decoder)) {}

  void read(std::span<const BytesView> payloads, sdk::Arena& arena, std::span<sdk::SchemaAndValue> out,
            sdk::RecordErrors& errors) override {
    arena.keep(decoder_.plan());
    for (size_t i = 0; i < payloads.size(); ++i) {
      sdk::Value value;
      if (const Status read = decoder_.decode(payloads[i], arena, value); !read.ok()) {
        errors.add(i, read.error());
      } else if (!value.is_null()) {  // a null of the whole loses its schema in Java
        out[i] = {decoder_.plan()->connect.get(), value};
      }
    }
  }

 private:
  const avro::Decoder decoder_;
};

class SchemalessReader final : public PayloadReader {
 public:
  void read(std::span<const BytesView> payloads, sdk::Arena& arena, std::span<sdk::SchemaAndValue> out,
            sdk::RecordErrors& errors) override {
    for (size_t i = 0; i < payloads.size(); ++i) {
      const auto value = avro::decode_anything(payloads[i], arena);
      if (value.ok()) {
        out[i] = {nullptr, *value};
      } else {
        errors.add(i, value.error());
      }
    }
  }
};

}  // namespace

void AvroFormat::define(sdk::ConfigDef& def) const {
  define_switches(kSwitches, "Avro", def);
  def.define({.name = "schemas.cache.config",
              .type = ConfigType::kInt,
              .default_value = "1000",
              .importance = Importance::kLow,
              .doc = "Accepted for the Java converter's sake; max.schemas.per.subject bounds what is kept.",
              .group = "Avro"});
}

Status AvroFormat::configure(const sdk::Config& config) {
  read_switches(kSwitches, config, options_);
  return {};
}

Result<NativeSchema> AvroFormat::native_schema(const sdk::Schema* schema) {
  SLUICE_ASSIGN_OR_RETURN(const auto made, avro::from_connect(schema, options_));
  NativeSchema native;
  native.schema.type = type();
  SLUICE_ASSIGN_OR_RETURN(native.schema.text, avro::to_json(*made));
  if (made->type == avro::Type::kRecord) native.record_name = made->full_name();
  return native;
}

Result<std::string> AvroFormat::record_name(const FullSchema& schema) {
  SLUICE_ASSIGN_OR_RETURN(const auto parsed, parse(schema));
  return parsed->type == avro::Type::kRecord ? parsed->full_name() : std::string();
}

Result<std::unique_ptr<PayloadWriter>> AvroFormat::writer(const sdk::Schema* schema,
                                                          const FullSchema& native) {
  SLUICE_ASSIGN_OR_RETURN(auto parsed, parse(native));
  SLUICE_ASSIGN_OR_RETURN(auto plan, avro::plan_encoding(schema, std::move(parsed), options_));
  return std::unique_ptr<PayloadWriter>(std::make_unique<Writer>(avro::Encoder(std::move(plan))));
}

Result<std::unique_ptr<PayloadReader>> AvroFormat::reader(const FullSchema& writer,
                                                          std::optional<int32_t> version) {
  SLUICE_ASSIGN_OR_RETURN(const auto parsed, parse(writer));
  if (avro::same_schema(*parsed, *avro::anything()))
    return std::unique_ptr<PayloadReader>(std::make_unique<SchemalessReader>());
  SLUICE_ASSIGN_OR_RETURN(auto connect, avro::to_connect(*parsed, options_, version));
  SLUICE_ASSIGN_OR_RETURN(auto plan, avro::plan_decoding(parsed, parsed, std::move(connect), options_));
  return std::unique_ptr<PayloadReader>(std::make_unique<Reader>(avro::Decoder(std::move(plan))));
}

Result<sdk::SchemaPtr> AvroFormat::connect_schema(const FullSchema& schema) {
  SLUICE_ASSIGN_OR_RETURN(const auto parsed, parse(schema));
  return avro::to_connect(*parsed, options_);
}

Result<std::optional<std::string>> AvroFormat::incompatibility(const FullSchema& writer,
                                                               const FullSchema& reader) {
  SLUICE_ASSIGN_OR_RETURN(auto from, parse(writer));
  SLUICE_ASSIGN_OR_RETURN(auto to, parse(reader));
  SLUICE_ASSIGN_OR_RETURN(auto connect, avro::to_connect(*to, options_));
  const auto plan = avro::plan_decoding(std::move(from), std::move(to), std::move(connect), options_);
  if (!plan.ok()) return std::optional(plan.error().message());
  if (!(*plan)->mismatches.empty()) return std::optional((*plan)->mismatches.front());
  return std::optional<std::string>();
}

}  // namespace sluice::converters
