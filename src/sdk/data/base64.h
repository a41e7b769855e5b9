#pragma once
// Base64 with padding and the standard alphabet, as java.util.Base64.getEncoder() and Jackson's
// MIME_NO_LINEFEEDS.

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "sdk/data/arena.h"

namespace sluice::sdk {

void append_base64(std::string& out, BytesView bytes);
/// Bytes that append_base64 adds for `size` bytes.
inline size_t base64_size(size_t size) { return (size + 2) / 3 * 4; }
/// Writes base64_size(bytes.size()) characters to `out` and returns the end.
char* write_base64(char* out, BytesView bytes);

/// The decoded bytes, in the arena; nothing if `text` is not strict Base64 with padding.
std::optional<BytesView> decode_base64(Arena& arena, std::string_view text);

}  // namespace sluice::sdk
