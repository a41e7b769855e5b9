#pragma once
// Base64 in JSON texts as Jackson reads it: white space between groups of four and further
// groups after padding are fine.

#include <optional>

#include "base/bytes.h"
#include "sdk/data/arena.h"

namespace sluice::json {

std::optional<BytesView> decode_json_base64(sdk::Arena& arena, std::string_view text);

}  // namespace sluice::json
