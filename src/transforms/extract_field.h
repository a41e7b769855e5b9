#pragma once
// org.apache.kafka.connect.transforms.ExtractField: one field, nested if wanted, in the place of the struct.

#include <memory>

#include "sdk/transform.h"
#include "transforms/operand.h"

namespace sluice::transforms {

std::unique_ptr<sdk::Transform> make_extract_field(Operand operand);

}  // namespace sluice::transforms
