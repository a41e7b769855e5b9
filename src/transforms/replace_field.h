#pragma once
// org.apache.kafka.connect.transforms.ReplaceField: leaves fields out and renames others.

#include <memory>

#include "sdk/transform.h"
#include "transforms/operand.h"

namespace sluice::transforms {

std::unique_ptr<sdk::Transform> make_replace_field(Operand operand);

}  // namespace sluice::transforms
