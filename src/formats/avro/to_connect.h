#pragma once
// Connect schemas for Avro schemas, as Confluent's AvroData.toConnectSchema makes them.

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "formats/avro/connect_names.h"
#include "formats/avro/schema.h"
#include "sdk/data/schema.h"

namespace sluice::avro {

/// `version`: of the schema's subject, used unless the schema carries one itself. Error kind kBadRecord.
Result<sdk::SchemaPtr> to_connect(const Schema& schema, const ConnectOptions& options,
                                  std::optional<int32_t> version = std::nullopt);

}  // namespace sluice::avro
