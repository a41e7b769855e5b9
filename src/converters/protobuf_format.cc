#include "converters/protobuf_format.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <string>
#include <utility>

#include "converters/format_switches.h"
#include "formats/protobuf/builtin_files.h"
#include "formats/protobuf/compatibility.h"
#include "formats/protobuf/decoder.h"
#include "formats/protobuf/encoder.h"
#include "formats/protobuf/from_connect.h"
#include "formats/protobuf/message_index.h"
#include "formats/protobuf/proto_text.h"
#include "formats/protobuf/to_connect.h"

namespace sluice::converters {
namespace {

using sdk::ConfigType;
using sdk::Importance;

/// Of the messages of a file that a subject may be named after: each costs a question to the registry.
constexpr size_t kNamesMax = 100;

constexpr FormatSwitch<protobuf::ConnectOptions> kSwitches[] = {
    {"enhanced.protobuf.schema.support", &protobuf::ConnectOptions::enhanced_schemas,
     "Keep the packages in the names of messages and enums."},
    {"scrub.invalid.names", &protobuf::ConnectOptions::scrub_invalid_names,
     "Replace what Protobuf does not allow in names by underscores."},
    {"int.for.enums", &protobuf::ConnectOptions::int_for_enums, "Read enums as their numbers."},
    {"optional.for.nullables", &protobuf::ConnectOptions::optional_for_nullables,
     "Write the word optional before fields that may be null."},
    {"optional.for.proto2", &protobuf::ConnectOptions::optional_for_proto2,
     "Read optional fields of proto2 that are not there as null."},
    {"wrapper.for.nullables", &protobuf::ConnectOptions::wrapper_for_nullables,
     "Write scalars that may be null as wrapper messages, and read these as such scalars."},
    {"wrapper.for.raw.primitives", &protobuf::ConnectOptions::wrapper_for_raw_primitives,
     "Read a record that is a wrapper message as its scalar."},
    {"generate.struct.for.nulls", &protobuf::ConnectOptions::generate_struct_for_nulls,
     "Read messages that are not there as structs of defaults."},
    {"generate.index.for.unions", &protobuf::ConnectOptions::generate_index_for_unions,
     "Add an underscore and an index to the names of unions."},
    {"flatten.unions", &protobuf::ConnectOptions::flatten_unions,
     "Read the members of a oneof as fields of the message."},
    {"generalized.sum.type.support", &protobuf::ConnectOptions::generalized_sum_types,
     "Describe enums and unions as the Avro and JSON Schema converters do."},
    {"ignore.default.for.nullables", &protobuf::ConnectOptions::ignore_default_for_nullables,
     "Write a null of an optional field as null although the field has a default."},
};

Result<protobuf::SchemaPtr> parse(const FullSchema& schema) {
  std::vector<protobuf::Import> imports;
  for (const auto& [name, reference] : schema.references) imports.emplace_back(name, reference->schema.text);
  return protobuf::parse_schema(schema.schema->schema.text, imports);
}

Result<const protobuf::pb::Descriptor*> first_message(const protobuf::SchemaFile& file) {
  if (file.first_message() == nullptr) return bad_record("The Protobuf schema has no message");
  return file.first_message();
}

class Writer final : public PayloadWriter {
 public:
  explicit Writer(protobuf::Encoder encoder) : encoder_(std::move(encoder)) {}

  Status write(const sdk::Value& value, std::string& out) override {
    buffer_.clear();
    SLUICE_RETURN_IF_ERROR(encoder_.encode(value, buffer_));
    out += buffer_.view();
    return {};
  }
  BytesView index() const override { return encoder_.plan()->index; }

 private:
  const protobuf::Encoder encoder_;
  protobuf::WireWriter buffer_;
};

/// A plan for each message of the file that turns up.
class Reader final : public PayloadReader {
 public:
  Reader(protobuf::SchemaPtr file, protobuf::ConnectOptions options, std::optional<int32_t> version)
      : file_(std::move(file)), options_(options), version_(version) {}

  void read(std::span<const BytesView> payloads, sdk::Arena& arena, std::span<sdk::SchemaAndValue> out,
            sdk::RecordErrors& errors) override {
    const protobuf::DecodePlan* kept = nullptr;
    for (size_t i = 0; i < payloads.size(); ++i) {
      BytesView payload = payloads[i];
      const auto decoder = decoder_for(payload);
      if (!decoder.ok()) {
        errors.add(i, decoder.error());
        continue;
      }
      const auto& plan = (*decoder)->plan();
      if (plan.get() != kept) arena.keep(plan);
      kept = plan.get();
      sdk::Value value;
      if (const Status read = (*decoder)->decode(payload, arena, value); read.ok()) {
        out[i] = {plan->connect.get(), value};
      } else {
        errors.add(i, read.error());
      }
    }
  }

 private:
  using Made = Result<protobuf::Decoder>;

  /// Cuts the message index off.
  Result<const protobuf::Decoder*> decoder_for(BytesView& payload) {
    if (first_ != nullptr && !payload.empty() && payload.front() == '\0') [[likely]] {
      payload.remove_prefix(1);
      return first_;
    }
    SLUICE_ASSIGN_OR_RETURN(const auto indexed, protobuf::read_message_index(payload));
    auto found = decoders_.find(indexed.path);
    if (found == decoders_.end()) {
      if (decoders_.size() >= kMessagesMax) return bad_record("Too many messages of one Protobuf schema");
      found = decoders_.emplace(indexed.path, make(indexed.path)).first;
    }
    if (!found->second.ok()) return found->second.error();
    if (indexed.path == std::vector<int32_t>{0}) first_ = &*found->second;
    payload = indexed.payload;
    return &*found->second;
  }

  Made make(const std::vector<int32_t>& path) const {
    const auto* message = file_->message_at(path);
    if (message == nullptr)
      return bad_record(fmt::format("Invalid message indexes: [{}]: the schema has no such message",
                                    fmt::join(path, ", ")));
    SLUICE_ASSIGN_OR_RETURN(auto connect, protobuf::to_connect(*message, options_, version_));
    SLUICE_ASSIGN_OR_RETURN(auto plan,
                            protobuf::plan_decoding(file_, *message, std::move(connect), options_));
    return protobuf::Decoder(std::move(plan));
  }

  static constexpr size_t kMessagesMax = 10'000;

  const protobuf::SchemaPtr file_;
  const protobuf::ConnectOptions options_;
  const std::optional<int32_t> version_;
  std::map<std::vector<int32_t>, Made> decoders_;
  const protobuf::Decoder* first_ = nullptr;  // of the file's first message
};

}  // namespace

void ProtobufFormat::define(sdk::ConfigDef& def) const {
  const auto define = [&](const char* name, ConfigType type, const char* value, const char* doc) {
    def.define({.name = name,
                .type = type,
                .default_value = value,
                .importance = Importance::kLow,
                .doc = doc,
                .group = "Protobuf"});
  };
  define_switches(kSwitches, "Protobuf", def);
  define("skip.known.types", ConfigType::kBoolean, "true",
         "Do not register the files that everybody has: Protobuf's own, Google's types and Confluent's.");
  define("reference.lookup.only", ConfigType::kBoolean, "false",
         "Accepted; without skip.known.types, what a schema imports is registered as auto.register.schemas "
         "says.");
  define("reference.subject.name.strategy", ConfigType::kClass,
         "io.confluent.kafka.serializers.subject.DefaultReferenceSubjectNameStrategy",
         "Under which subject imported schemas are kept: under the name by which they are imported.");
  define("schemas.cache.config", ConfigType::kInt, "1000",
         "Accepted for the Java converter's sake; max.schemas.per.subject bounds what is kept.");
}

Status ProtobufFormat::configure(const sdk::Config& config) {
  read_switches(kSwitches, config, options_);
  skip_known_types_ = config.get_boolean("skip.known.types");
  static constexpr const char* kStrategy = "reference.subject.name.strategy";
  const std::string& strategy = config.get_string(kStrategy);
  if (!strategy.ends_with("DefaultReferenceSubjectNameStrategy"))
    return bad_config(fmt::format(
        "Invalid value {} for configuration {}: Sluice has DefaultReferenceSubjectNameStrategy only",
        strategy, kStrategy));
  return {};
}

Result<NativeSchema> ProtobufFormat::native_schema(const sdk::Schema* schema) {
  if (schema == nullptr) return bad_record("Protobuf needs data with a schema, and this has none");
  SLUICE_ASSIGN_OR_RETURN(const auto made, protobuf::from_connect(*schema, options_));
  NativeSchema native;
  native.schema.type = type();
  native.schema.text = protobuf::to_text(made.file);
  native.record_name = made.message;
  // What nobody could read is not to be registered.
  if (const auto parsed = protobuf::parse_schema(native.schema.text); !parsed.ok())
    return parsed.error().with_context("The data has no Protobuf schema (see scrub.invalid.names)");
  if (skip_known_types_) return native;
  for (const std::string& import : made.file.dependency()) {
    protobuf::pb::FileDescriptorProto file;
    protobuf::builtin_files().FindFileByName(import)->CopyTo(&file);
    native.imports.emplace_back(import, schema_registry::SchemaText{type(), protobuf::to_text(file), {}});
  }
  return native;
}

Result<std::string> ProtobufFormat::record_name(const FullSchema& schema) {
  SLUICE_ASSIGN_OR_RETURN(const auto file, parse(schema));
  SLUICE_ASSIGN_OR_RETURN(const auto* message, first_message(*file));
  return message->full_name();
}

Result<std::vector<std::string>> ProtobufFormat::record_names(const FullSchema& schema) {
  SLUICE_ASSIGN_OR_RETURN(const auto file, parse(schema));
  SLUICE_RETURN_IF_ERROR(first_message(*file));
  std::vector<std::string> names;
  std::vector<const protobuf::pb::Descriptor*> open;
  for (int i = file->file().message_type_count() - 1; i >= 0; --i)
    open.push_back(file->file().message_type(i));
  while (!open.empty() && names.size() < kNamesMax) {
    const auto* message = open.back();
    open.pop_back();
    if (!message->options().map_entry()) names.push_back(message->full_name());
    for (int i = message->nested_type_count() - 1; i >= 0; --i) open.push_back(message->nested_type(i));
  }
  return names;
}

Result<std::unique_ptr<PayloadWriter>> ProtobufFormat::writer(const sdk::Schema* schema,
                                                              const FullSchema& native) {
  SLUICE_ASSIGN_OR_RETURN(auto file, parse(native));
  SLUICE_ASSIGN_OR_RETURN(const std::string name, protobuf::message_name(*schema, options_));
  const auto* message = file->message(name);
  if (message == nullptr) {  // a schema of the registry's, for data that has another name or none
    SLUICE_ASSIGN_OR_RETURN(message, first_message(*file));
  }
  SLUICE_ASSIGN_OR_RETURN(auto plan,
                          protobuf::plan_encoding(schema->share(), std::move(file), *message, options_));
  return std::unique_ptr<PayloadWriter>(std::make_unique<Writer>(protobuf::Encoder(std::move(plan))));
}

Result<std::unique_ptr<PayloadReader>> ProtobufFormat::reader(const FullSchema& writer,
                                                              std::optional<int32_t> version) {
  SLUICE_ASSIGN_OR_RETURN(auto file, parse(writer));
  return std::unique_ptr<PayloadReader>(std::make_unique<Reader>(std::move(file), options_, version));
}

Result<sdk::SchemaPtr> ProtobufFormat::connect_schema(const FullSchema& schema) {
  SLUICE_ASSIGN_OR_RETURN(const auto file, parse(schema));
  SLUICE_ASSIGN_OR_RETURN(const auto* message, first_message(*file));
  return protobuf::to_connect(*message, options_);
}

Result<std::optional<std::string>> ProtobufFormat::incompatibility(const FullSchema& writer,
                                                                   const FullSchema& reader) {
  SLUICE_ASSIGN_OR_RETURN(const auto from, parse(writer));
  SLUICE_ASSIGN_OR_RETURN(const auto to, parse(reader));
  return protobuf::incompatibility(*from, *to);
}

}  // namespace sluice::converters
