#pragma once
// Inside the folder: text as Java holds it (UTF-16 units) to UTF-8.

#include <cstdint>
#include <span>

#include "sdk/data/arena.h"

namespace sluice::json {

/// Half of a pair becomes '?', as in Java's String.getBytes.
std::string_view utf8_of_units(sdk::Arena& arena, std::span<const uint16_t> units);

}  // namespace sluice::json
