// Targets, their routes and JSON bodies from anybody.

#include <cstdint>
#include <cstdlib>

#include "rest/json.h"
#include "rest/uri.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto target = sluice::rest::parse_target(text);
  if (target.ok()) {
    static_cast<void>(sluice::rest::query_flag(*target, "expand", true));
    for (const std::string& segment : target->segments) {
      if (!sluice::rest::is_utf8(segment)) std::abort();
    }
  }
  const auto json = sluice::rest::parse_json(text);
  if (json.ok()) {
    const std::string written = sluice::rest::to_text(*json);
    const auto again = sluice::rest::parse_json(written);
    if (!again.ok() || sluice::rest::to_text(*again) != written) std::abort();
    static_cast<void>(sluice::rest::to_raw_config(*json));
  }
  return 0;
}
