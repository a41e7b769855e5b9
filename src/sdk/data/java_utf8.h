#pragma once
// Bytes to text as Java's UTF-8 decoder does it: malformed sequences become U+FFFD, one for each that Java
// reports.

#include <string_view>

#include "base/bytes.h"
#include "sdk/data/arena.h"

namespace sluice::sdk {

/// True if no byte has its high bit set.
bool is_ascii(std::string_view bytes);

/// `bytes` themselves if they are valid UTF-8, else a repaired copy in the arena.
std::string_view decode_utf8(Arena& arena, BytesView bytes);

}  // namespace sluice::sdk
