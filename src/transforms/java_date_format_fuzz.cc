// A pattern, a zero byte, a text: whatever they are, nothing breaks, and what was read can be written.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "transforms/java_date_format.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t zero = input.find('\0');
  const auto format = sluice::transforms::JavaDateFormat::compile(input.substr(0, zero), 1'763'000'000'000);
  if (!format.ok() || zero == std::string_view::npos) return 0;
  if (const auto ms = format->parse(input.substr(zero + 1))) {
    std::string out;
    format->format(out, *ms);
  }
  return 0;
}
