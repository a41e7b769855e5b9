// Foreign envelopes: no crash, and a converter that has seen everything before reads what a new one reads.

#include <cstdint>
#include <cstdlib>

#include "converters/json_converter.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using sluice::sdk::SchemaAndValue;
  static sluice::converters::JsonConverter old;  // schemas.enable is true by default
  static sluice::sdk::Arena arena;
  arena.reset();
  sluice::converters::JsonConverter fresh;
  const sluice::sdk::BytesItem item{"t", {reinterpret_cast<const char*>(data), size}, {}};
  SchemaAndValue expected;
  sluice::sdk::RecordErrors expected_errors;
  fresh.to_data({&item, 1}, arena, {&expected, 1}, expected_errors);
  for (int round = 0; round < 2; ++round) {
    SchemaAndValue read;
    sluice::sdk::RecordErrors errors;
    old.to_data({&item, 1}, arena, {&read, 1}, errors);
    if (errors.empty() != expected_errors.empty()) std::abort();
    if (!errors.empty()) continue;
    if (!same_schema(read.schema, expected.schema) || !(read.value == expected.value)) std::abort();
  }
  if (!expected_errors.empty()) return 0;
  const sluice::sdk::DataItem back{"t", expected.schema, expected.value};
  sluice::BytesView bytes;
  old.from_data({&back, 1}, arena, {&bytes, 1}, expected_errors);
  return 0;
}
