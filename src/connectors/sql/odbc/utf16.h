#pragma once
// UTF-8 and UTF-16: what ODBC's wide calls and buffers hold. What is broken becomes U+FFFD.

#include <string>
#include <string_view>

#include "sdk/data/arena.h"

namespace sluice::connectors::sql {

std::u16string to_utf16(std::string_view text);
/// Appends to `out`, at least one unit per code point.
void append_utf16(std::u16string& out, std::string_view text);
std::string to_utf8(std::u16string_view text);
/// In the arena.
std::string_view to_utf8(sdk::Arena& arena, std::u16string_view text);

}  // namespace sluice::connectors::sql
