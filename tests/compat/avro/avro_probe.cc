// Runs Avro cases, one JSON object per line on stdin, through ours and prints one JSON object per case.
// AvroProbe.java does the same with the real thing; test_avro.py makes the cases and compares.

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "../described.h"
#include "formats/avro/anything.h"
#include "formats/avro/decoder.h"
#include "formats/avro/encoder.h"
#include "formats/avro/from_connect.h"
#include "formats/avro/schema_parser.h"
#include "formats/avro/schema_text.h"
#include "formats/avro/to_connect.h"

namespace {

using nlohmann::ordered_json;
using sluice::Result;
namespace avro = sluice::avro;
namespace compat = sluice::compat;
namespace sdk = sluice::sdk;

template <typename T>
T take(Result<T> result) {
  if (!result.ok()) throw result.error();
  return std::move(result).value();
}

avro::ConnectOptions options_of(const ordered_json& test) {
  avro::ConnectOptions options;
  options.flatten_singleton_unions = false;  // which the other side does not have
  const auto flag = [&](const char* name, bool& option) {
    if (test.at("options").contains(name)) option = test["options"][name].get<std::string>() == "true";
  };
  flag("enhanced.avro.schema.support", options.enhanced_schemas);
  flag("connect.meta.data", options.connect_meta_data);
  flag("scrub.invalid.names", options.scrub_invalid_names);
  flag("discard.type.doc.default", options.discard_type_doc_default);
  flag("allow.optional.map.keys", options.allow_optional_map_keys);
  flag("generalized.sum.type.support", options.generalized_sum_types);
  flag("ignore.default.for.nullables", options.ignore_default_for_nullables);
  return options;
}

ordered_json write(const ordered_json& test) {
  sdk::Arena arena;
  const auto options = options_of(test);
  const auto schema = compat::to_schema(test.at("schema"), arena);
  const auto value = compat::to_value(test.at("value"), arena);
  const auto made = take(avro::from_connect(schema.get(), options));
  ordered_json result;
  result["avro"] = ordered_json::parse(take(avro::to_json(*made)));
  avro::ByteWriter bytes;
  const avro::Encoder encoder(take(avro::plan_encoding(schema.get(), made, options)));
  if (const auto written = encoder.encode(value, bytes); !written.ok()) throw written.error();
  result["bytes"] = compat::to_hex(bytes.view());
  return result;
}

ordered_json read(const ordered_json& test) {
  sdk::Arena arena;
  const auto options = options_of(test);
  const auto writer = take(avro::parse_schema(test.at("writer").get<std::string>()));
  const bool has_reader = test.contains("reader") && !test["reader"].is_null();
  const auto reader = has_reader ? take(avro::parse_schema(test["reader"].get<std::string>())) : writer;
  std::optional<int32_t> version;
  if (test.contains("version") && !test["version"].is_null()) version = test["version"].get<int32_t>();
  const std::string bytes = compat::from_hex(test.at("bytes").get<std::string>());
  ordered_json result;
  if (avro::same_schema(*reader, *avro::anything())) {
    result["schema"] = nullptr;
    result["value"] = compat::describe(take(avro::decode_anything(bytes, arena)));
    return result;
  }
  const auto connect = take(avro::to_connect(*reader, options, version));
  const avro::Decoder decoder(take(avro::plan_decoding(writer, reader, connect, options)));
  sdk::Value value;
  if (const auto done = decoder.decode(bytes, arena, value); !done.ok()) throw done.error();
  // As the converter does, and Java.
  result["schema"] = value.is_null() ? ordered_json() : compat::describe_schema(connect.get());
  result["value"] = compat::describe(value);
  return result;
}

ordered_json canonical(const ordered_json& test) {
  const auto schema = take(avro::parse_schema(test.at("writer").get<std::string>()));
  const std::string form = avro::canonical_form(*schema);
  return {{"form", form}, {"fingerprint", fmt::format("{:016x}", avro::fingerprint64(form))}};
}

ordered_json run(const ordered_json& test) {
  try {
    const auto op = test.at("op").get<std::string>();
    return op == "write" ? write(test) : op == "read" ? read(test) : canonical(test);
  } catch (const sluice::Error& error) {
    return {{"error", error.exception_class()}, {"message", error.message()}};
  }
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line))
    std::cout << run(ordered_json::parse(line)).dump(-1, ' ', true, ordered_json::error_handler_t::replace)
              << '\n';
  return 0;
}
