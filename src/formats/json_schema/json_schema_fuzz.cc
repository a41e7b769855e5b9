// A schema, a zero byte, and a payload: what is decoded is encoded and decoded again to the same; the checks
// of payloads and of schemas end.

#include <cstdlib>
#include <string_view>

#include "formats/json/json_decoder.h"
#include "formats/json_schema/compatibility.h"
#include "formats/json_schema/decoder.h"
#include "formats/json_schema/encoder.h"
#include "formats/json_schema/from_connect.h"
#include "formats/json_schema/to_connect.h"
#include "formats/json_schema/validator.h"

namespace {

using namespace sluice;

void write_again(const sdk::SchemaPtr& connect, const sdk::Value& value) {
  json::TextBuffer out;
  if (!json_schema::Encoder(json_schema::plan_encoding(connect, {})).encode(value, out).ok()) return;
  json::Decoder parser(json::Numbers::kExact);
  sdk::Arena arena;
  parser.begin_batch(arena);
  if (!parser.decode(out.view(), arena).ok()) std::abort();
}

/// A Connect schema that came from a JSON Schema has one itself.
void describe_again(const sdk::SchemaPtr& connect) {
  const auto text = json_schema::from_connect(connect, {});
  if (!text.ok()) return;
  const auto again = json_schema::SchemaDocument::parse(*text);
  if (!again.ok()) std::abort();
  static_cast<void>(json_schema::to_connect(**again, {}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t border = all.find('\0');
  if (border == std::string_view::npos) return 0;
  const auto document = json_schema::SchemaDocument::parse(all.substr(0, border));
  if (!document.ok()) return 0;
  static_cast<void>(json_schema::incompatibility(**document, **document));
  sdk::Arena arena;
  json::Decoder parser(json::Numbers::kExact);
  parser.begin_batch(arena);
  const auto tree = parser.decode(all.substr(border + 1), arena);
  if (auto validator = json_schema::Validator::make(*document); validator.ok() && tree.ok())
    static_cast<void>(validator->check(*tree));
  const auto connect = json_schema::to_connect(**document, {});
  if (!connect.ok()) return 0;
  describe_again(*connect);
  sdk::Value value;
  if (!tree.ok()) return 0;
  json_schema::Decoder decoder(json_schema::plan_decoding(*connect, {}));
  if (decoder.decode(*tree, arena, value).ok()) write_again(*connect, value);
  return 0;
}
