#include "converters/utf8_repair.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>

namespace sluice::converters {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Step {
  size_t taken;  // bytes
  bool valid;
};

bool continues(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/// A sequence of two bytes: an end or a wrong second byte leaves the lead alone.
Step step2(const uint8_t* at, size_t left) {
  if ((at[0] & 0x1E) == 0) return {1, false};
  if (left < 2 || !continues(at[1])) return {1, false};
  return {2, true};
}

/// Three bytes. As JDK 17 does, one that is cut off by the end swallows what is left of it, and half of a
/// surrogate pair is one mistake of three bytes.
Step step3(const uint8_t* at, size_t left) {
  const bool second = left >= 2 && continues(at[1]) && !(at[0] == 0xE0 && at[1] < 0xA0);
  if (!second) return {1, false};
  if (left < 3) return {left, false};
  if (!continues(at[2])) return {2, false};
  const bool surrogate = at[0] == 0xED && at[1] >= 0xA0;
  return {3, !surrogate};
}

Step step4(const uint8_t* at, size_t left) {
  const bool second = left >= 2 && at[0] <= 0xF4 && continues(at[1]) && !(at[0] == 0xF0 && at[1] < 0x90) &&
                      !(at[0] == 0xF4 && at[1] >= 0x90);
  if (!second) return {1, false};
  if (left < 3 || !continues(at[2])) return {std::min<size_t>(left, 2), false};
  if (left < 4) return {left, false};
  if (!continues(at[3])) return {3, false};
  return {4, true};
}

Step step(const uint8_t* at, size_t left) {
  if (at[0] < 0x80) return {1, true};
  if (at[0] >> 5 == 0x06) return step2(at, left);
  if (at[0] >> 4 == 0x0E) return step3(at, left);
  if (at[0] >> 3 == 0x1E) return step4(at, left);
  return {1, false};
}

}  // namespace

BytesView repair_utf8(sdk::Arena& arena, BytesView bytes) {
  if (simdjson::validate_utf8(bytes.data(), bytes.size())) return bytes;
  auto* repaired = static_cast<char*>(arena.allocate(bytes.size() * kReplacement.size(), 1));
  char* out = repaired;
  const auto* at = reinterpret_cast<const uint8_t*>(bytes.data());
  for (size_t left = bytes.size(); left > 0;) {
    const Step next = step(at, left);
    const std::string_view part =
        next.valid ? std::string_view(reinterpret_cast<const char*>(at), next.taken) : kReplacement;
    out = std::copy(part.begin(), part.end(), out);
    at += next.taken;
    left -= next.taken;
  }
  return {repaired, static_cast<size_t>(out - repaired)};
}

}  // namespace sluice::converters
