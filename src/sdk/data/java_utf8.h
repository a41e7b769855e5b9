#pragma once
// Bytes to text as Java's UTF-8 decoder does it: malformed sequences become U+FFFD, one for each that Java
// reports. And what Java says of a text by its units of UTF-16.

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "sdk/data/arena.h"

namespace sluice::sdk {

/// True if no byte has its high bit set.
bool is_ascii(std::string_view bytes);

/// `bytes` themselves if they are valid UTF-8, else a repaired copy in the arena.
std::string_view decode_utf8(Arena& arena, BytesView bytes);

/// String.hashCode() of valid UTF-8.
uint32_t java_string_hash(std::string_view text);

}  // namespace sluice::sdk
