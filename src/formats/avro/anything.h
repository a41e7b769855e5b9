#pragma once
// Data without a schema: a record with an optional field for each kind of value (Confluent's
// io.confluent.connect.avro.Anything).

#include "base/bytes.h"
#include "base/result.h"
#include "formats/avro/schema.h"
#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::avro {

const SchemaPtr& anything();

/// Borrows from `bytes` and the arena. Error kind kBadRecord.
Result<sdk::Value> decode_anything(BytesView bytes, sdk::Arena& arena);

}  // namespace sluice::avro
