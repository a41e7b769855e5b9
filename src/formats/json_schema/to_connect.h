#pragma once
// Connect schemas for JSON Schemas, as Confluent's JsonSchemaData.toConnectSchema makes them. The README has
// the differences.

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "formats/json_schema/connect_names.h"
#include "formats/json_schema/schema_document.h"
#include "sdk/data/schema.h"

namespace sluice::json_schema {

/// `version`: of the schema's subject, used unless the schema carries one itself. Error kind kBadRecord: the
/// schema says too little for a Connect schema, or contains itself.
Result<sdk::SchemaPtr> to_connect(const SchemaDocument& document, const ConnectOptions& options,
                                  std::optional<int32_t> version = std::nullopt);

}  // namespace sluice::json_schema
