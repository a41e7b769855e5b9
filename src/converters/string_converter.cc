#include "converters/string_converter.h"

#include <string>

#include "converters/converter_config.h"
#include "converters/utf8_repair.h"
#include "sdk/data/values.h"

namespace sluice::converters {
namespace {

constexpr const char* kEncoding = "converter.encoding";

bool is_utf8(const std::string& name) {
  return name == "UTF-8" || name == "UTF8" || name == "utf-8" || name == "utf8";
}

}  // namespace

const sdk::ConfigDef& StringConverter::config() const {
  static const sdk::ConfigDef def = [] {
    sdk::ConfigDef created = converter_config_def();
    created.define({.name = kEncoding,
                    .type = sdk::ConfigType::kString,
                    .default_value = "UTF-8",
                    .importance = sdk::Importance::kHigh,
                    .doc = "The name of the Java character set to use for encoding strings as byte arrays.",
                    .width = sdk::Width::kMedium,
                    .display_name = "Encoding"});
    return created;
  }();
  return def;
}

Status StringConverter::configure(const sdk::Properties& properties, sdk::ConverterRole role) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, parse_converter_config(this->config(), properties, role));
  charset_.reset();
  if (is_utf8(config.get_string(kEncoding))) return {};
  SLUICE_ASSIGN_OR_RETURN(charset_, Charset::open(config.get_string(kEncoding)));
  return {};
}

void StringConverter::from_data(std::span<const sdk::DataItem> items, sdk::Arena& arena,
                                std::span<BytesView> out, sdk::RecordErrors& /*errors*/) {
  std::string text;
  for (size_t i = 0; i < items.size(); ++i) {
    const sdk::Value& value = items[i].value;
    if (value.is_null()) {
      out[i] = kNullBytes;
      continue;
    }
    if (value.kind() == sdk::Kind::kString) {
      out[i] = value.as_string().empty() ? kEmptyBytes : value.as_string();
    } else {
      text.clear();
      append_java_text(text, value);
      out[i] = arena.copy(text);
    }
    if (charset_) out[i] = charset_->encode(arena, out[i]);
  }
}

void StringConverter::to_data(std::span<const sdk::BytesItem> items, sdk::Arena& arena,
                              std::span<sdk::SchemaAndValue> out, sdk::RecordErrors& /*errors*/) {
  const sdk::Schema* schema = sdk::Schema::optional_string().get();
  for (size_t i = 0; i < items.size(); ++i) {
    const BytesView bytes = items[i].bytes;
    out[i] = {schema, {}};
    if (is_null(bytes)) continue;
    out[i].value = sdk::Value::string(charset_ ? charset_->decode(arena, bytes) : repair_utf8(arena, bytes));
  }
}

}  // namespace sluice::converters
