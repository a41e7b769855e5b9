#pragma once
// Debezium's SchemaChangeEventFilter: drops events of the schema change topic by what they change.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms::debezium {

std::unique_ptr<sdk::Transform> make_schema_change_event_filter();

}  // namespace sluice::transforms::debezium
