// Header texts of any kind: what is parsed can be written, and what was written is read as the same text
// again.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "converters/simple_header_converter.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static sluice::converters::SimpleHeaderConverter converter;
  static sluice::sdk::Arena arena;
  arena.reset();
  const sluice::BytesView text(reinterpret_cast<const char*>(data), size);
  const auto parsed = converter.to_data("t", "h", text, arena);
  if (!parsed.ok()) std::abort();
  if (!converter.from_data("t", "h", parsed->schema, parsed->value, arena).ok()) std::abort();
  return 0;
}
