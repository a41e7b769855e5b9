#pragma once
// Base64 with the standard alphabet and padding, as java.util.Base64 reads and writes it: signatures travel
// in it, and bytes that are no text in REST answers. Its errors are shown to users.

#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice {

std::string encode_base64(std::string_view bytes);
/// Error texts are Java's.
Result<std::string> decode_base64(std::string_view text);

}  // namespace sluice
