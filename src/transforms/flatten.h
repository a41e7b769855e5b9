#pragma once
// org.apache.kafka.connect.transforms.Flatten: nested structs and maps become fields with joined names.

#include <memory>

#include "sdk/transform.h"
#include "transforms/operand.h"

namespace sluice::transforms {

std::unique_ptr<sdk::Transform> make_flatten(Operand operand);

}  // namespace sluice::transforms
