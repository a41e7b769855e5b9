#pragma once
// UTF-8 as Java's `new String(bytes, UTF_8)` takes it.

#include "base/bytes.h"
#include "sdk/data/arena.h"

namespace sluice::converters {

/// `bytes` itself if they are valid, else a copy in the arena with U+FFFD where Java puts it.
BytesView repair_utf8(sdk::Arena& arena, BytesView bytes);

}  // namespace sluice::converters
