// Foreign envelopes: no crash, and the second reading (schema from the cache) gives what the first gave.

#include <cstdint>
#include <cstdlib>

#include "converters/json_converter.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using sluice::sdk::SchemaAndValue;
  static sluice::converters::JsonConverter converter;  // schemas.enable is true by default
  static sluice::sdk::Arena arena;
  arena.reset();
  const sluice::sdk::BytesItem item{"t", {reinterpret_cast<const char*>(data), size}, {}};
  SchemaAndValue first;
  SchemaAndValue second;
  sluice::sdk::RecordErrors first_errors;
  sluice::sdk::RecordErrors second_errors;
  converter.to_data({&item, 1}, arena, {&first, 1}, first_errors);
  converter.to_data({&item, 1}, arena, {&second, 1}, second_errors);
  if (first_errors.empty() != second_errors.empty()) std::abort();
  if (!first_errors.empty()) return 0;
  if (!same_schema(first.schema, second.schema) || !(first.value == second.value)) std::abort();
  const sluice::sdk::DataItem back{"t", first.schema, first.value};
  sluice::BytesView bytes;
  converter.from_data({&back, 1}, arena, {&bytes, 1}, first_errors);
  return 0;
}
