// A pattern, a replacement and a text with zero bytes between them: whatever they are, nothing breaks.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/java_regex.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::string_view parts[3];
  for (std::string_view& part : parts) {
    const size_t zero = rest.find('\0');
    part = rest.substr(0, zero);
    rest = zero == std::string_view::npos ? std::string_view() : rest.substr(zero + 1);
  }
  const auto regex = sluice::JavaRegex::compile(std::string(parts[0]));
  if (!regex.ok()) return 0;
  (void)regex->matches(parts[2]);
  (void)regex->replace_first(parts[2], parts[1]);
  return 0;
}
