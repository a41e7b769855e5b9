#pragma once
// Debezium's ExtractNewRecordState: the row after the change instead of the change event, deletes by
// `delete.tombstone.handling.mode`, with fields of the event as fields or headers of the row.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms::debezium {

std::unique_ptr<sdk::Transform> make_extract_new_record_state();

}  // namespace sluice::transforms::debezium
