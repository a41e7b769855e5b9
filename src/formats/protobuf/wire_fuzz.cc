// A schema, a zero byte, and payload: whatever is decoded is written with the schema that is made for it.

#include <cstdlib>
#include <string_view>

#include "formats/protobuf/decoder.h"
#include "formats/protobuf/encoder.h"
#include "formats/protobuf/from_connect.h"
#include "formats/protobuf/message_index.h"
#include "formats/protobuf/proto_text.h"
#include "formats/protobuf/to_connect.h"

namespace {

using namespace sluice;

void write_again(const sdk::SchemaPtr& connect, const sdk::Value& value) {
  const auto made = protobuf::from_connect(*connect, {});
  if (!made.ok()) return;
  const auto file = protobuf::parse_schema(protobuf::to_text(made->file));
  if (!file.ok()) return;
  const auto* message = (*file)->message(made->message);
  if (message == nullptr) return;
  const auto plan = protobuf::plan_encoding(connect, *file, *message, {});
  if (!plan.ok()) return;
  protobuf::WireWriter out;
  static_cast<void>(protobuf::Encoder(*plan).encode(value, out));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t border = all.find('\0');
  if (border == std::string_view::npos) return 0;
  const auto file = protobuf::parse_schema(all.substr(0, border));
  if (!file.ok()) return 0;
  const auto indexed = protobuf::read_message_index(all.substr(border + 1));
  if (!indexed.ok()) return 0;
  const auto* message = (*file)->message_at(indexed->path);
  if (message == nullptr) return 0;
  protobuf::ConnectOptions options;
  options.generate_struct_for_nulls = size % 2 == 0;
  options.flatten_unions = size % 3 == 0;
  const auto connect = protobuf::to_connect(*message, options);
  if (!connect.ok()) return 0;
  const auto plan = protobuf::plan_decoding(*file, *message, *connect, options);
  if (!plan.ok()) std::abort();  // what Connect can say can be read
  sdk::Arena arena;
  sdk::Value value;
  if (protobuf::Decoder(*plan).decode(indexed->payload, arena, value).ok()) write_again(*connect, value);
  return 0;
}
