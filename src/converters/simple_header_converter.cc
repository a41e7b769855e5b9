#include "converters/simple_header_converter.h"

#include <string>

#include "converters/converter_config.h"
#include "converters/utf8_repair.h"
#include "sdk/data/value_convert.h"
#include "sdk/data/value_parser.h"

namespace sluice::converters {

const sdk::ConfigDef& SimpleHeaderConverter::config() const {
  static const sdk::ConfigDef def;
  return def;
}

Status SimpleHeaderConverter::configure(const sdk::Properties& /*properties*/) { return {}; }

Result<BytesView> SimpleHeaderConverter::from_data(std::string_view /*topic*/,
                                                   std::string_view /*header_key*/,
                                                   const sdk::Schema* /*schema*/, const sdk::Value& value,
                                                   sdk::Arena& arena) {
  if (value.is_null()) return kNullBytes;
  std::string text;
  append_value_text(text, value);
  return BytesView(arena.copy(text));
}

Result<sdk::SchemaAndValue> SimpleHeaderConverter::to_data(std::string_view /*topic*/,
                                                           std::string_view /*header_key*/, BytesView bytes,
                                                           sdk::Arena& arena) {
  if (is_null(bytes)) return sdk::SchemaAndValue{};
  auto parsed = sdk::parse_value_text(arena, repair_utf8(arena, bytes));
  if (!parsed.ok()) return sdk::SchemaAndValue{sdk::Schema::bytes().get(), sdk::Value::bytes(bytes)};
  return sdk::SchemaAndValue{parsed->schema.get(), parsed->value};
}

}  // namespace sluice::converters
