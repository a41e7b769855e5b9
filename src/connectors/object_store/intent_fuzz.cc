// Metadata of a group's commits may come from anywhere.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "connectors/object_store/intent.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto intent = sluice::connectors::object_store::parse_intent(10, text);
  if (intent.ok()) (void)intent->text();
  return 0;
}
