#pragma once
// Debezium's ReadToInsertEvent: rows that a snapshot has read become inserts.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms::debezium {

std::unique_ptr<sdk::Transform> make_read_to_insert_event();

}  // namespace sluice::transforms::debezium
