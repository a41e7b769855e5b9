#pragma once
// Avro schemas for Connect schemas, as Confluent's AvroData.fromConnectSchema makes them.

#include "base/result.h"
#include "formats/avro/connect_names.h"
#include "formats/avro/schema.h"
#include "sdk/data/schema.h"

namespace sluice::avro {

/// Null: schemaless data, which anything() describes. Error kind kBadRecord.
Result<SchemaPtr> from_connect(const sdk::Schema* schema, const ConnectOptions& options);

// What a Connect schema stands for in Avro.
bool is_union(const sdk::Schema& schema);
bool is_enum(const sdk::Schema& schema, const ConnectOptions& options);
bool is_plain_map(const sdk::Schema& schema, const ConnectOptions& options);  // with keys that are strings

}  // namespace sluice::avro
