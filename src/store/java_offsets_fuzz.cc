#include <cstddef>
#include <cstdint>

#include "store/java_offsets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)sluice::store::parse_java_offsets({reinterpret_cast<const char*>(data), size}).ok();
  return 0;
}
