// Any text as a schema: what is parsed is written out and parsed again to the same, and mapped to Connect.

#include <cstdlib>
#include <string_view>

#include "formats/avro/schema_parser.h"
#include "formats/avro/schema_text.h"
#include "formats/avro/to_connect.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice::avro;
  const auto schema = parse_schema({reinterpret_cast<const char*>(data), size});
  if (!schema.ok()) return 0;
  const std::string form = canonical_form(**schema);
  if (const auto text = to_json(**schema); text.ok()) {
    const auto again = parse_schema(*text);
    if (!again.ok() || canonical_form(**again) != form) std::abort();
  }
  static_cast<void>(to_connect(**schema, {}));
  return 0;
}
