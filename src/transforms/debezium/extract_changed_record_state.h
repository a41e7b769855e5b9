#pragma once
// Debezium's ExtractChangedRecordState: headers with the names of the fields that an update changed, and of
// those that it did not.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms::debezium {

std::unique_ptr<sdk::Transform> make_extract_changed_record_state();

}  // namespace sluice::transforms::debezium
