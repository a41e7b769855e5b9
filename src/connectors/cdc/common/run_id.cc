#include "connectors/cdc/common/run_id.h"

#include <fmt/core.h>

#include "base/random.h"

namespace sluice::connectors::cdc {

std::string make_run_id(const Clock& clock) {
  const auto ms = static_cast<uint64_t>(clock.wall_ms());
  const uint64_t random = system_random().number();
  return fmt::format("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}", ms >> 16 & 0xffff'ffff, ms & 0xffff,
                     random & 0xfff, 0x8000 | (random >> 12 & 0x3fff),
                     system_random().number() & 0xffff'ffff'ffff);
}

}  // namespace sluice::connectors::cdc
