#include "sdk/data/java_utf8.h"

#include <cstdint>
#include <cstring>
#include <string>

namespace sluice::sdk {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_continuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/// The next sequence: its length, and whether it is malformed. Lengths of malformed ones are those of
/// sun.nio.cs.UTF_8: an encoded surrogate counts as one of three bytes, for instance.
struct Sequence {
  size_t length;
  bool valid;
};

Sequence three_bytes(const uint8_t* at, size_t left) {
  if (left < 2 || !is_continuation(at[1]) || (at[0] == 0xE0 && at[1] < 0xA0)) return {1, false};
  if (left < 3 || !is_continuation(at[2])) return {2, false};
  const bool surrogate = at[0] == 0xED && at[1] >= 0xA0;
  return {3, !surrogate};
}

Sequence four_bytes(const uint8_t* at, size_t left) {
  if (left < 2 || !is_continuation(at[1])) return {1, false};
  if (at[0] > 0xF4 || (at[0] == 0xF0 && at[1] < 0x90) || (at[0] == 0xF4 && at[1] > 0x8F)) return {1, false};
  if (left < 3 || !is_continuation(at[2])) return {2, false};
  if (left < 4 || !is_continuation(at[3])) return {3, false};
  return {4, true};
}

Sequence next_sequence(const uint8_t* at, size_t left) {
  const uint8_t lead = at[0];
  if (lead < 0x80) return {1, true};
  if (lead >= 0xC2 && lead <= 0xDF)
    return left >= 2 && is_continuation(at[1]) ? Sequence{2, true} : Sequence{1, false};
  if (lead >= 0xE0 && lead <= 0xEF) return three_bytes(at, left);
  if (lead >= 0xF0 && lead <= 0xF7) return four_bytes(at, left);
  return {1, false};
}

/// Bytes at the start that are ASCII, in steps of eight; the caller looks at the rest one by one.
size_t ascii_prefix(const uint8_t* at, size_t left) {
  size_t i = 0;
  for (; i + 8 <= left; i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, at + i, sizeof(word));
    if ((word & 0x8080808080808080U) != 0) break;
  }
  return i;
}

/// Length of the longest valid prefix.
size_t valid_prefix(BytesView bytes) {
  const auto* at = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t i = 0;
  while (i < bytes.size()) {
    i += ascii_prefix(at + i, bytes.size() - i);
    if (i == bytes.size()) break;
    const Sequence sequence = next_sequence(at + i, bytes.size() - i);
    if (!sequence.valid) break;
    i += sequence.length;
  }
  return i;
}

std::string_view repair(Arena& arena, BytesView bytes, size_t valid) {
  std::string text(bytes.substr(0, valid));
  const auto* at = reinterpret_cast<const uint8_t*>(bytes.data()) + valid;
  const uint8_t* const end = at + bytes.size() - valid;
  while (at < end) {
    const Sequence sequence = next_sequence(at, static_cast<size_t>(end - at));
    if (sequence.valid) {
      text.append(reinterpret_cast<const char*>(at), sequence.length);
    } else {
      text.append(kReplacement);
    }
    at += sequence.length;
  }
  return arena.copy(text);
}

}  // namespace

bool is_ascii(std::string_view bytes) {
  uint64_t all = 0;
  size_t i = 0;
  for (; i + 32 <= bytes.size(); i += 32) {
    uint64_t words[4];
    std::memcpy(words, bytes.data() + i, sizeof(words));
    all |= words[0] | words[1] | words[2] | words[3];
  }
  for (; i < bytes.size(); ++i) all |= static_cast<uint8_t>(bytes[i]);
  return (all & 0x8080808080808080U) == 0;
}

std::string_view decode_utf8(Arena& arena, BytesView bytes) {
  const size_t valid = valid_prefix(bytes);
  return valid == bytes.size() ? bytes : repair(arena, bytes, valid);
}

uint32_t java_string_hash(std::string_view text) {
  uint32_t hash = 0;
  for (size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    uint32_t point = lead;
    if (lead >= 0x80) {
      int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
      point = lead & (0x3f >> more);
      for (; more > 0 && at < text.size(); --more)
        point = point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3f);
    }
    // Java counts units of UTF-16.
    if (point >= 0x10000) {
      hash = 31 * hash + 0xd800 + ((point - 0x10000) >> 10);
      point = 0xdc00 + ((point - 0x10000) & 0x3ff);
    }
    hash = 31 * hash + point;
  }
  return hash;
}

}  // namespace sluice::sdk
