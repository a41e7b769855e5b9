#pragma once
// MySQL's binary form of JSON (sql/json_binary.h of the server) as text.

#include "base/bytes.h"
#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::connectors::cdc::mysql {

/// A string in the arena; null for an empty document. Compact, as Debezium writes it. Error kind kBadRecord.
Result<sdk::Value> json_value(BytesView binary, sdk::Arena& arena);

}  // namespace sluice::connectors::cdc::mysql
