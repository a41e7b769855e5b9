#pragma once
// org.apache.kafka.connect.transforms.MaskField: an empty or given value in the place of what fields hold.

#include <memory>

#include "sdk/transform.h"
#include "transforms/operand.h"

namespace sluice::transforms {

std::unique_ptr<sdk::Transform> make_mask_field(Operand operand);

}  // namespace sluice::transforms
