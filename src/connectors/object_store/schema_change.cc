#include "connectors/object_store/schema_change.h"

namespace sluice::connectors::object_store {

Result<SchemaChange> schema_change(Compatibility compatibility, const sdk::Schema* of_file,
                                   const sdk::Schema* of_record) {
  if (of_file == of_record) return SchemaChange::kNone;
  if (of_file == nullptr || of_record == nullptr) return SchemaChange::kRotate;
  if (sdk::same_schema(of_file, of_record)) return SchemaChange::kNone;
  if (compatibility == Compatibility::kNone) return SchemaChange::kRotate;
  if (!of_file->version() || !of_record->version()) {
    return bad_record("Schema version required for schema.compatibility other than NONE")
        .as_java("org.apache.kafka.connect.errors.SchemaProjectorException");
  }
  const bool newer = *of_record->version() > *of_file->version();
  const bool older = *of_record->version() < *of_file->version();
  const bool rotates = compatibility == Compatibility::kForward ? older : newer;
  return rotates ? SchemaChange::kRotate : SchemaChange::kProject;
}

}  // namespace sluice::connectors::object_store
