#include <cstddef>
#include <cstdint>
#include <string_view>

#include "net/jks.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto entries = sluice::net::parse_jks(bytes, "");
  if (!entries.ok()) return 0;
  for (const auto& entry : *entries) {
    const auto key = sluice::net::decrypt_jks_key(entry.encrypted_key, "secret");
    if (key.ok() && key->size() > size) __builtin_trap();
  }
  return 0;
}
