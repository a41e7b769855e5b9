#pragma once
// org.apache.kafka.connect.transforms.HeaderFrom: moves or copies fields into headers.

#include <memory>

#include "sdk/transform.h"
#include "transforms/operand.h"

namespace sluice::transforms {

std::unique_ptr<sdk::Transform> make_header_from(Operand operand);

}  // namespace sluice::transforms
