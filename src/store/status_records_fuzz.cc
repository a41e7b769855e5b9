#include <cstddef>
#include <cstdint>

#include "store/status_records.h"

// The first line is the key, the rest the value.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  const size_t end = input.find('\n');
  const auto value = end == std::string::npos ? std::nullopt : std::optional(input.substr(end + 1));
  (void)sluice::store::parse_status_record(input.substr(0, end), value).ok();
  return 0;
}
