#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kafka/jaas.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto module = sluice::kafka::parse_jaas({reinterpret_cast<const char*>(data), size});
  if (module.ok() && module->login_module.size() > size) __builtin_trap();
  return 0;
}
