#pragma once
// Debezium's PartitionRouting: the partition of a change event from the values of fields of the event.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms::debezium {

std::unique_ptr<sdk::Transform> make_partition_routing();

}  // namespace sluice::transforms::debezium
