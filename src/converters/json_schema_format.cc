#include "converters/json_schema_format.h"

#include <string>
#include <utility>
#include <vector>

#include "converters/format_switches.h"
#include "formats/json/json_decoder.h"
#include "formats/json_schema/compatibility.h"
#include "formats/json_schema/decoder.h"
#include "formats/json_schema/encoder.h"
#include "formats/json_schema/from_connect.h"
#include "formats/json_schema/json_tree.h"
#include "formats/json_schema/schema_document.h"
#include "formats/json_schema/to_connect.h"
#include "formats/json_schema/validator.h"

namespace sluice::converters {
namespace {

using json_schema::DocumentPtr;
using sdk::ConfigType;
using sdk::Importance;

constexpr const char* kDecimalFormat = "decimal.format";
constexpr const char* kFailInvalid = "json.fail.invalid.schema";

constexpr FormatSwitch<json_schema::ConnectOptions> kSwitches[] = {
    {"object.additional.properties", &json_schema::ConnectOptions::additional_properties,
     "Whether the schemas of structs allow properties that they do not name."},
    {"use.optional.for.nonrequired", &json_schema::ConnectOptions::optional_for_nonrequired,
     "Read properties that are not required as optional fields."},
    {"generalized.sum.type.support", &json_schema::ConnectOptions::generalized_sum_types,
     "Describe enums and unions as the Avro and Protobuf converters do."},
    {"ignore.default.for.nullables", &json_schema::ConnectOptions::ignore_default_for_nullables,
     "Keep a null of an optional field as null although the field has a default."},
};

/// Options that make a difference for Java objects only, which no connector has here.
struct Accepted {
  const char* name;
  ConfigType type;
  const char* default_value;
};

constexpr Accepted kAccepted[] = {
    {"json.write.dates.iso8601", ConfigType::kBoolean, "false"},
    {"json.fail.unknown.properties", ConfigType::kBoolean, "true"},
    {"json.oneof.for.nullables", ConfigType::kBoolean, "true"},
    {"json.schema.spec.version", ConfigType::kString, "draft_7"},
    {"ignore.modern.dialects", ConfigType::kBoolean, "false"},
};

Result<DocumentPtr> parse(const FullSchema& schema) {
  std::vector<json_schema::Reference> references;
  for (const auto& [name, reference] : schema.references)
    references.emplace_back(name, reference->schema.text);
  return json_schema::SchemaDocument::parse(schema.schema->schema.text, references);
}

/// Of json.fail.invalid.schema, else none.
using Check = std::optional<json_schema::Validator>;

class Writer final : public PayloadWriter {
 public:
  Writer(json_schema::Encoder encoder, Check check)
      : encoder_(std::move(encoder)), parser_(json::Numbers::kExact), check_(std::move(check)) {}

  Status write(const sdk::Value& value, std::string& out) override {
    buffer_.clear();
    SLUICE_RETURN_IF_ERROR(encoder_.encode(value, buffer_));
    if (check_) SLUICE_RETURN_IF_ERROR(check(buffer_.view()));
    out += buffer_.view();
    return {};
  }

 private:
  Status check(BytesView text) {
    arena_.reset();
    parser_.begin_batch(arena_);
    SLUICE_ASSIGN_OR_RETURN(const sdk::Value tree, parser_.decode(text, arena_));
    return check_->check(tree);
  }

  json_schema::Encoder encoder_;
  json::TextBuffer buffer_;
  json::Decoder parser_;
  sdk::Arena arena_;
  Check check_;
};

class Reader final : public PayloadReader {
 public:
  Reader(json_schema::DecodePlanPtr plan, Check check)
      : parser_(json::Numbers::kExact), decoder_(std::move(plan)), check_(std::move(check)) {}

  void read(std::span<const BytesView> payloads, sdk::Arena& arena, std::span<sdk::SchemaAndValue> out,
            sdk::RecordErrors& errors) override {
    parser_.begin_batch(arena);
    arena.keep(decoder_.plan());
    for (size_t i = 0; i < payloads.size(); ++i) {
      sdk::Value value;
      if (const Status read = read_one(payloads[i], arena, value); !read.ok()) {
        errors.add(i, read.error());
      } else {
        out[i] = {decoder_.plan()->connect.get(), value};
      }
    }
  }

 private:
  Status read_one(BytesView payload, sdk::Arena& arena, sdk::Value& value) {
    SLUICE_ASSIGN_OR_RETURN(const sdk::Value tree, parser_.decode(payload, arena));
    if (check_) SLUICE_RETURN_IF_ERROR(check_->check(tree));
    return decoder_.decode(tree, arena, value);
  }

  json::Decoder parser_;
  json_schema::Decoder decoder_;
  Check check_;
};

}  // namespace

void JsonSchemaFormat::define(sdk::ConfigDef& def) const {
  const auto define = [&](const char* name, ConfigType type, const char* value, const char* doc) {
    def.define({.name = name,
                .type = type,
                .default_value = value,
                .importance = Importance::kLow,
                .doc = doc,
                .group = "JSON Schema"});
  };
  define_switches(kSwitches, "JSON Schema", def);
  def.define({.name = kDecimalFormat,
              .type = ConfigType::kString,
              .default_value = "BASE64",
              .validator = sdk::one_of_ignoring_case({"BASE64", "NUMERIC"}),
              .importance = Importance::kLow,
              .doc = "How decimals are written: BASE64 or NUMERIC. Both are read.",
              .group = "JSON Schema"});
  define(kFailInvalid, ConfigType::kBoolean, "false",
         "Check each record that is read or written against its JSON Schema, and refuse it if it breaks a "
         "rule.");
  for (const Accepted& option : kAccepted)
    define(option.name, option.type, option.default_value,
           "Accepted for the Java converter's sake; concerns Java objects only.");
  define("schemas.cache.config", ConfigType::kInt, "1000",
         "Accepted for the Java converter's sake; max.schemas.per.subject bounds what is kept.");
}

Status JsonSchemaFormat::configure(const sdk::Config& config) {
  read_switches(kSwitches, config, options_);
  const bool numeric = (config.get_string(kDecimalFormat)[0] | 0x20) == 'n';  // one of two words
  options_.decimal_format = numeric ? json::DecimalFormat::kNumeric : json::DecimalFormat::kBase64;
  validates_ = config.get_boolean(kFailInvalid);
  return {};
}

Result<NativeSchema> JsonSchemaFormat::native_schema(const sdk::Schema* schema) {
  if (schema == nullptr) return bad_record("JSON Schema needs data with a schema, and this has none");
  NativeSchema native;
  native.schema.type = type();
  SLUICE_ASSIGN_OR_RETURN(native.schema.text, json_schema::from_connect(schema->share(), options_));
  native.record_name = schema->name().value_or("");
  return native;
}

Result<std::string> JsonSchemaFormat::record_name(const FullSchema& schema) {
  SLUICE_ASSIGN_OR_RETURN(const DocumentPtr document, parse(schema));
  return std::string(json_schema::text_member(*document->root().schema, "title").value_or(""));
}

Result<std::unique_ptr<PayloadWriter>> JsonSchemaFormat::writer(const sdk::Schema* schema,
                                                                const FullSchema& native) {
  // What is written depends on the data's own schema alone, also under a schema of the registry's.
  json_schema::Encoder encoder(json_schema::plan_encoding(schema->share(), options_));
  Check check;
  if (validates_) {
    SLUICE_ASSIGN_OR_RETURN(DocumentPtr document, parse(native));
    SLUICE_ASSIGN_OR_RETURN(check, json_schema::Validator::make(std::move(document)));
  }
  return std::unique_ptr<PayloadWriter>(std::make_unique<Writer>(std::move(encoder), std::move(check)));
}

Result<std::unique_ptr<PayloadReader>> JsonSchemaFormat::reader(const FullSchema& writer,
                                                                std::optional<int32_t> version) {
  SLUICE_ASSIGN_OR_RETURN(const DocumentPtr document, parse(writer));
  SLUICE_ASSIGN_OR_RETURN(auto connect, json_schema::to_connect(*document, options_, version));
  auto plan = json_schema::plan_decoding(std::move(connect), options_);
  Check check;
  if (validates_) {
    SLUICE_ASSIGN_OR_RETURN(check, json_schema::Validator::make(document));
  }
  return std::unique_ptr<PayloadReader>(std::make_unique<Reader>(std::move(plan), std::move(check)));
}

Result<sdk::SchemaPtr> JsonSchemaFormat::connect_schema(const FullSchema& schema) {
  SLUICE_ASSIGN_OR_RETURN(const DocumentPtr document, parse(schema));
  return json_schema::to_connect(*document, options_);
}

Result<std::optional<std::string>> JsonSchemaFormat::incompatibility(const FullSchema& writer,
                                                                     const FullSchema& reader) {
  SLUICE_ASSIGN_OR_RETURN(const DocumentPtr from, parse(writer));
  SLUICE_ASSIGN_OR_RETURN(const DocumentPtr to, parse(reader));
  return json_schema::incompatibility(*from, *to);
}

}  // namespace sluice::converters
