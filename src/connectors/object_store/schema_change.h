#pragma once
// schema.compatibility (io.confluent.connect.storage.schema.StorageSchemaCompatibility): whether a record's
// schema closes the file, is written as it is, or is projected to the file's.

#include "base/result.h"
#include "connectors/object_store/options.h"
#include "sdk/data/schema.h"

namespace sluice::connectors::object_store {

enum class SchemaChange : uint8_t { kNone, kProject, kRotate };

/// Error kind kBadRecord (SchemaProjectorException): a version is needed and missing.
Result<SchemaChange> schema_change(Compatibility compatibility, const sdk::Schema* of_file,
                                   const sdk::Schema* of_record);

}  // namespace sluice::connectors::object_store
