// A schema, a zero byte, and payload: whatever is decoded is encoded and decoded again to the same.

#include <cstdlib>
#include <string_view>

#include "formats/avro/anything.h"
#include "formats/avro/decoder.h"
#include "formats/avro/encoder.h"
#include "formats/avro/from_connect.h"
#include "formats/avro/schema_parser.h"
#include "formats/avro/to_connect.h"

namespace {

using namespace sluice;

void write_again(const sdk::SchemaPtr& connect, const sdk::Value& value) {
  const auto made = avro::from_connect(connect.get(), {});
  if (!made.ok()) return;
  const auto plan = avro::plan_encoding(connect.get(), *made, {});
  if (!plan.ok()) return;
  avro::ByteWriter out;
  static_cast<void>(avro::Encoder(*plan).encode(value, out));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t border = all.find('\0');
  if (border == std::string_view::npos) return 0;
  const auto schema = avro::parse_schema(all.substr(0, border));
  if (!schema.ok()) return 0;
  sdk::Arena arena;
  static_cast<void>(avro::decode_anything(all.substr(border + 1), arena));
  const auto connect = avro::to_connect(**schema, {});
  if (!connect.ok()) return 0;
  const auto plan = avro::plan_decoding(*schema, *schema, *connect, {});
  if (!plan.ok()) std::abort();  // a schema can always be read as itself
  sdk::Value value;
  if (avro::Decoder(*plan).decode(all.substr(border + 1), arena, value).ok()) write_again(*connect, value);
  return 0;
}
