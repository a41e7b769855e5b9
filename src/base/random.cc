#include "base/random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace sluice {
namespace {

class SystemRandom final : public Random {
 public:
  std::string bytes(size_t count) override {
    std::string result(count, '\0');
    size_t filled = 0;
    while (filled < count) {
      const ssize_t got = ::getrandom(result.data() + filled, count - filled, 0);
      SLUICE_CHECK(got > 0 || errno == EINTR, "the machine has no randomness");
      if (got > 0) filled += static_cast<size_t>(got);
    }
    return result;
  }
};

}  // namespace

uint64_t Random::number() {
  const std::string raw = bytes(sizeof(uint64_t));
  uint64_t result = 0;
  std::memcpy(&result, raw.data(), sizeof(result));
  return result;
}

Random& system_random() {
  static SystemRandom random;
  return random;
}

}  // namespace sluice
