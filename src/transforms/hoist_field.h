#pragma once
// org.apache.kafka.connect.transforms.HoistField: wraps the key or value as the only field of a struct or
// map.

#include <memory>

#include "sdk/transform.h"
#include "transforms/operand.h"

namespace sluice::transforms {

std::unique_ptr<sdk::Transform> make_hoist_field(Operand operand);

}  // namespace sluice::transforms
