#pragma once
// org.apache.kafka.connect.transforms.Cast: another type for fields, or for the whole key or value.

#include <memory>

#include "sdk/transform.h"
#include "transforms/operand.h"

namespace sluice::transforms {

std::unique_ptr<sdk::Transform> make_cast(Operand operand);

}  // namespace sluice::transforms
