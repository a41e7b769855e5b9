#pragma once
// JSON Schemas for Connect schemas, letter for letter as Confluent's JsonSchemaData.fromConnectSchema makes
// them: registries compare the texts.

#include <string>

#include "base/result.h"
#include "formats/json_schema/connect_names.h"
#include "sdk/data/schema.h"

namespace sluice::json_schema {

/// Error kind kBadRecord: a default that does not fit its schema.
Result<std::string> from_connect(const sdk::SchemaPtr& schema, const ConnectOptions& options);

}  // namespace sluice::json_schema
