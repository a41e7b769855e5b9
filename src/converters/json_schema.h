#pragma once
// The "schema" member of JsonConverter's envelope: to schemas and back (asConnectSchema, asJsonSchema).

#include "base/result.h"
#include "converters/json_plan.h"
#include "formats/json/json_writer.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"

namespace sluice::converters {

/// `node` is a tree of json::Decoder with Numbers::kExact. A null schema for a null node. `arena` holds what
/// is made on the way. Error kind kBadRecord.
Result<sdk::SchemaPtr> read_json_schema(const sdk::Value& node, sdk::Arena& arena,
                                        bool replace_null_with_default);

/// "null" for null. An error if a default does not fit its schema.
Status write_json_schema(json::TextBuffer& out, const sdk::Schema* schema, const JsonWriteOptions& options);

}  // namespace sluice::converters
