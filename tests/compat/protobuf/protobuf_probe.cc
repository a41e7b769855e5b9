// Runs Protobuf cases, one JSON object per line on stdin, through ours and prints one JSON object per case.
// ProtobufProbe.java does the same with protobuf-java; test_protobuf.py makes the cases and compares.

#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "../described.h"
#include "formats/protobuf/decoder.h"
#include "formats/protobuf/encoder.h"
#include "formats/protobuf/to_connect.h"

namespace {

using nlohmann::ordered_json;
using sluice::Result;
namespace compat = sluice::compat;
namespace protobuf = sluice::protobuf;
namespace sdk = sluice::sdk;

template <typename T>
T take(Result<T> result) {
  if (!result.ok()) throw result.error();
  return std::move(result).value();
}

protobuf::ConnectOptions options_of(const ordered_json& test) {
  protobuf::ConnectOptions options;
  const auto flag = [&](const char* name, bool& option) {
    if (test.at("options").contains(name)) option = test["options"][name].get<bool>();
  };
  flag("enhanced.protobuf.schema.support", options.enhanced_schemas);
  flag("int.for.enums", options.int_for_enums);
  flag("optional.for.nullables", options.optional_for_nullables);
  flag("wrapper.for.nullables", options.wrapper_for_nullables);
  flag("flatten.unions", options.flatten_unions);
  return options;
}

ordered_json read(const ordered_json& test) {
  const auto options = options_of(test);
  const auto file = take(protobuf::parse_schema(test.at("file").get<std::string>()));
  const auto& message = *file->first_message();
  const auto connect = take(protobuf::to_connect(message, options));
  const protobuf::Decoder decoder(take(protobuf::plan_decoding(file, message, connect, options)));
  const std::string bytes = compat::from_hex(test.at("bytes").get<std::string>());
  sdk::Arena arena;
  sdk::Value value;
  if (const auto done = decoder.decode(bytes, arena, value); !done.ok()) throw done.error();
  ordered_json result;
  result["schema"] = compat::describe_schema(connect.get());
  result["value"] = compat::describe(value);
  if (!test.contains("again") || !test["again"].get<bool>()) return result;
  const protobuf::Encoder encoder(take(protobuf::plan_encoding(connect, file, message, options)));
  protobuf::WireWriter out;
  if (const auto done = encoder.encode(value, out); !done.ok()) throw done.error();
  result["bytes"] = compat::to_hex(out.view());
  return result;
}

ordered_json run(const ordered_json& test) {
  try {
    return read(test);
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
