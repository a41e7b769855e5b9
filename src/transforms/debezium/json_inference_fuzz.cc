// Whatever the text, nothing breaks, and what is read has the schema that goes with it.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "sdk/data/values.h"
#include "transforms/debezium/json_inference.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  sluice::transforms::debezium::JsonInference json;
  json.keep_nulls(data[0] % 2 == 1);
  sluice::sdk::Arena arena;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto read = json.read(text, "payload", arena);
  if (read.ok()) SLUICE_CHECK(validate_value(*read->schema, read->value).ok(), "a value that fits");
  return 0;
}
