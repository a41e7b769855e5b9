// Whatever the path, nothing breaks.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "transforms/field_path.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)sluice::transforms::parse_field_path(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
