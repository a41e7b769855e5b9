#include "converters/json_converter.h"

#include <utility>

#include "converters/converter_config.h"
#include "converters/json_reader.h"
#include "converters/json_schema.h"

namespace sluice::converters {
namespace {

using sdk::ConfigType;
using sdk::Importance;
using sdk::Kind;
using sdk::SchemaAndValue;
using sdk::SchemaPtr;
using sdk::Value;

constexpr const char* kSchemasEnable = "schemas.enable";
constexpr const char* kSchemasCacheSize = "schemas.cache.size";
constexpr const char* kDecimalFormat = "decimal.format";
constexpr const char* kReplaceNull = "replace.null.with.default";

constexpr std::string_view kSchemaMember = "schema";
constexpr std::string_view kPayloadMember = "payload";

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Walks over the fixed parts of an envelope.
class EnvelopeScan {
 public:
  explicit EnvelopeScan(BytesView text) : text_(text) {}

  bool take(char c) {
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  /// `"name":`, and goes to the start of the member's value.
  bool take_name(std::string_view name) {
    skip_spaces();
    const BytesView rest = text_.substr(at_);
    if (rest.size() < name.size() + 2 || rest[0] != '"' || rest.substr(1, name.size()) != name) return false;
    if (rest[name.size() + 1] != '"') return false;
    at_ += name.size() + 2;
    if (!take(':')) return false;
    skip_spaces();
    return true;
  }
  BytesView rest() const { return text_.substr(at_); }
  size_t position() const { return at_; }
  void advance(size_t bytes) { at_ += bytes; }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  BytesView text_;
  size_t at_ = 0;
};

Error no_envelope() {
  return bad_record(
      "JsonConverter with schemas.enable requires \"schema\" and \"payload\" fields and may not contain "
      "additional "
      "fields. If you are trying to deserialize plain JSON data, set schemas.enable=false in your converter "
      "configuration.");
}

Error not_json(const Error& cause) {
  return serialization_error("Converting byte[] to Kafka Connect data failed due to serialization error: ",
                             cause.message());
}

}  // namespace

JsonConverter::JsonConverter()
    : plain_decoder_(json::Numbers::kPlain), exact_decoder_(json::Numbers::kExact) {}

const sdk::ConfigDef& JsonConverter::config_def() {
  static const sdk::ConfigDef def = [] {
    sdk::ConfigDef created = converter_config_def();
    created.define({.name = kSchemasEnable,
                    .type = ConfigType::kBoolean,
                    .default_value = "true",
                    .importance = Importance::kHigh,
                    .doc = "Include schemas within each of the serialized values and keys.",
                    .group = "Schemas",
                    .order = 0,
                    .width = sdk::Width::kMedium,
                    .display_name = "Enable Schemas"});
    created.define({.name = kSchemasCacheSize,
                    .type = ConfigType::kInt,
                    .default_value = "1000",
                    .importance = Importance::kHigh,
                    .doc = "The maximum number of schemas that can be cached in this converter instance.",
                    .group = "Schemas",
                    .order = 1,
                    .width = sdk::Width::kMedium,
                    .display_name = "Schema Cache Size"});
    created.define({.name = kDecimalFormat,
                    .type = ConfigType::kString,
                    .default_value = "BASE64",
                    .validator = sdk::one_of_ignoring_case({"BASE64", "NUMERIC"}),
                    .importance = Importance::kLow,
                    .doc =
                        "Controls which format this converter will serialize decimals in. This value is case "
                        "insensitive and can be either 'BASE64' (default) or 'NUMERIC'",
                    .group = "Serialization",
                    .order = 0,
                    .width = sdk::Width::kMedium,
                    .display_name = "Decimal Format"});
    created.define(
        {.name = kReplaceNull,
         .type = ConfigType::kBoolean,
         .default_value = "true",
         .importance = Importance::kLow,
         .doc = "Whether to replace fields that have a default value and that are null to the default "
                "value. When set to true, the default value is used, otherwise null is used.",
         .group = "Serialization",
         .order = 1,
         .width = sdk::Width::kMedium,
         .display_name = "Replace null with default"});
    return created;
  }();
  return def;
}

Status JsonConverter::configure(const sdk::Properties& properties, sdk::ConverterRole role) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, parse_converter_config(config_def(), properties, role));
  schemas_enable_ = config.get_boolean(kSchemasEnable);
  replace_null_with_default_ = config.get_boolean(kReplaceNull);
  schemas_cache_size_ = static_cast<size_t>(std::max<int64_t>(config.get_int(kSchemasCacheSize), 1));
  const std::string& format = config.get_string(kDecimalFormat);
  const bool numeric = (format[0] | 0x20) == 'n';  // the validator lets two words through
  write_options_ = {.decimal_format = numeric ? json::DecimalFormat::kNumeric : json::DecimalFormat::kBase64,
                    .replace_null_with_default = replace_null_with_default_};
  return {};
}

Status JsonConverter::guard(const sdk::Contract& contract) {
  SLUICE_ASSIGN_OR_RETURN(contract_, JsonContract::make(contract));
  return {};
}

void JsonConverter::from_data(std::span<const sdk::DataItem> items, sdk::Arena& arena,
                              std::span<BytesView> out, sdk::RecordErrors& errors) {
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i].schema == nullptr && items[i].value.is_null()) {
      out[i] = kNullBytes;
      continue;
    }
    buffer_.clear();
    if (auto written = write(items[i]); !written.ok()) {
      errors.add(i, written.error());
      continue;
    }
    out[i] = arena.copy(buffer_.view());
  }
}

Status JsonConverter::write(const sdk::DataItem& item) {
  if (item.schema == nullptr) {
    if (schemas_enable_) buffer_.append("{\"schema\":null,\"payload\":");
    SLUICE_RETURN_IF_ERROR(write_schemaless_json(buffer_, item.value));
  } else {
    SLUICE_ASSIGN_OR_RETURN(Encoder * encoder, encoder_for(item.schema));
    if (schemas_enable_) buffer_.append(encoder->prefix);
    SLUICE_RETURN_IF_ERROR(encoder->plan->write(buffer_, item.value));
  }
  if (schemas_enable_) buffer_.push_back('}');
  return {};
}

Result<JsonConverter::Encoder*> JsonConverter::encoder_for(const sdk::Schema* schema) {
  if (schema == last_encoded_) return last_encoder_;
  auto found = encoders_.find(schema);
  if (found == encoders_.end()) {
    SLUICE_ASSIGN_OR_RETURN(Encoder made, make_encoder(schema));
    if (encoders_.size() >= schemas_cache_size_) encoders_.clear();
    found = encoders_.emplace(schema, std::move(made)).first;
  }
  last_encoded_ = schema;
  last_encoder_ = &found->second;
  return last_encoder_;
}

Result<JsonConverter::Encoder> JsonConverter::make_encoder(const sdk::Schema* schema) const {
  Encoder encoder;
  encoder.plan = std::make_unique<JsonPlan>(schema->share(), write_options_);
  if (schemas_enable_) {
    json::TextBuffer text;
    text.append("{\"schema\":");
    SLUICE_RETURN_IF_ERROR(write_json_schema(text, schema, write_options_));
    text.append(",\"payload\":");
    encoder.prefix = text.view();
  }
  return encoder;
}

void JsonConverter::to_data(std::span<const sdk::BytesItem> items, sdk::Arena& arena,
                            std::span<SchemaAndValue> out, sdk::RecordErrors& errors) {
  plain_decoder_.begin_batch(arena);
  exact_decoder_.begin_batch(arena);
  last_held_ = nullptr;
  for (size_t i = 0; i < items.size(); ++i) {
    out[i] = {};
    if (is_null(items[i].bytes)) continue;
    auto result = read(items[i], arena);
    if (result.ok()) {
      out[i] = *result;
    } else {
      errors.add(i, result.error());
    }
  }
}

Result<SchemaAndValue> JsonConverter::read(const sdk::BytesItem& item, sdk::Arena& arena) {
  SchemaAndValue result;
  if (schemas_enable_) {
    SLUICE_ASSIGN_OR_RETURN(result, read_enveloped(item.bytes, arena));
  } else {
    auto value = plain_decoder_.decode(item.bytes, arena);
    if (!value.ok()) return not_json(value.error());
    result.value = *value;
  }
  if (contract_) {
    const std::string_view place = schemas_enable_ ? kPayloadMember : std::string_view();
    SLUICE_RETURN_IF_ERROR(contract_->check(item.topic, item.bytes, place));
  }
  return result;
}

Result<SchemaAndValue> JsonConverter::read_enveloped(BytesView bytes, sdk::Arena& arena) {
  Result<SchemaAndValue> result = SchemaAndValue{};
  if (read_known_envelope(bytes, arena, result)) return result;
  auto decoded = exact_decoder_.decode(bytes, arena);
  if (!decoded.ok()) return not_json(decoded.error());
  if (decoded->kind() != Kind::kMap || decoded->as_map().size() != 2) return no_envelope();
  const Value* schema_node = json_member(*decoded, kSchemaMember, 0);
  const Value* payload = json_member(*decoded, kPayloadMember, 1);
  if (schema_node == nullptr || payload == nullptr) return no_envelope();
  SLUICE_ASSIGN_OR_RETURN(const SchemaPtr schema, schema_of(*schema_node, arena));
  remember(bytes, schema);
  hold(schema, arena);
  SLUICE_ASSIGN_OR_RETURN(const Value value,
                          JsonReader(arena, replace_null_with_default_).read(schema.get(), payload));
  return SchemaAndValue{schema.get(), value};
}

/// The short way: the envelope's schema has the same bytes as one that was read before. False if it is not
/// taken.
bool JsonConverter::read_known_envelope(BytesView bytes, sdk::Arena& arena, Result<SchemaAndValue>& result) {
  EnvelopeScan scan(bytes);
  if (!scan.take('{') || !scan.take_name(kSchemaMember)) return false;
  const KnownSchema* known = find_known(scan.rest());
  if (known == nullptr) return false;
  scan.advance(known->text.size());
  if (!scan.take(',') || !scan.take_name(kPayloadMember)) return false;
  Value node;
  size_t taken = 0;
  if (!exact_decoder_.decode_embedded(scan.rest(), arena, node, taken)) return false;
  scan.advance(taken);
  if (!scan.take('}')) return false;
  hold(known->schema, arena);
  auto value = JsonReader(arena, replace_null_with_default_).read(known->schema.get(), &node);
  if (value.ok()) {
    result = SchemaAndValue{known->schema.get(), *value};
  } else {
    result = value.error();
  }
  return true;
}

const JsonConverter::KnownSchema* JsonConverter::find_known(std::string_view text_and_more) {
  if (last_known_ != nullptr && text_and_more.starts_with(last_known_->text)) return last_known_;
  if (known_by_text_.empty()) return nullptr;
  const auto found = known_by_text_.find(text_and_more.substr(0, json::skip_value(text_and_more, 0)));
  if (found == known_by_text_.end()) return nullptr;
  last_known_ = found->second.get();
  return last_known_;
}

/// `bytes` is an envelope that was just read.
void JsonConverter::remember(BytesView bytes, const SchemaPtr& schema) {
  EnvelopeScan scan(bytes);
  if (!scan.take('{') || !scan.take_name(kSchemaMember)) return;
  const std::string_view text = scan.rest().substr(0, json::skip_value(scan.rest(), 0));
  if (known_by_text_.contains(text)) return;  // it was the payload that was unusual
  // A second "schema" member would have won over this text: remember only what stands alone.
  scan.advance(text.size());
  if (!scan.take(',') || !scan.take_name(kPayloadMember)) return;
  scan.advance(json::skip_value(scan.rest(), 0));
  if (!scan.take('}')) return;
  if (known_by_text_.size() >= schemas_cache_size_) {
    known_by_text_.clear();
    last_known_ = nullptr;
  }
  auto known = std::make_unique<KnownSchema>(KnownSchema{std::string(text), schema});
  const std::string_view key = known->text;
  last_known_ = known.get();
  known_by_text_.emplace(key, std::move(known));
}

Result<SchemaPtr> JsonConverter::schema_of(const Value& node, sdk::Arena& arena) {
  if (node.is_null()) return SchemaPtr();
  json::TextBuffer content;
  json::write_value(content, node);
  std::string key(content.view());
  if (const auto found = known_by_content_.find(key); found != known_by_content_.end()) return found->second;
  SLUICE_ASSIGN_OR_RETURN(SchemaPtr schema, read_json_schema(node, arena, replace_null_with_default_));
  if (known_by_content_.size() >= schemas_cache_size_) known_by_content_.clear();
  known_by_content_.emplace(std::move(key), schema);
  return schema;
}

void JsonConverter::hold(const SchemaPtr& schema, sdk::Arena& arena) {
  if (schema.get() == last_held_) return;
  if (schema) arena.keep(schema);
  last_held_ = schema.get();
}

}  // namespace sluice::converters
