#include <cstddef>
#include <cstdint>

#include "formats/properties/java_properties.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)sluice::formats::parse_java_properties({reinterpret_cast<const char*>(data), size}).ok();
  return 0;
}
