#pragma once
// Events of pg_logical_emit_message: topic <prefix>.message.

#include <string_view>

#include "base/bytes.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"
#include "sdk/data/value.h"

namespace sluice::connectors::cdc::postgres {

const sdk::SchemaPtr& message_key_schema();
const sdk::SchemaPtr& message_value_schema();
sdk::Value message_key(std::string_view prefix, sdk::Arena& arena);
/// `transaction` is null or a block.
sdk::Value message_value(std::string_view prefix, BytesView content, const sdk::Value& source,
                         const sdk::Value& transaction, int64_t ts_ms, sdk::Arena& arena);

}  // namespace sluice::connectors::cdc::postgres
