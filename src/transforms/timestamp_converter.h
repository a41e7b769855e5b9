#pragma once
// org.apache.kafka.connect.transforms.TimestampConverter: a timestamp in another form.

#include <memory>

#include "sdk/transform.h"
#include "transforms/operand.h"

namespace sluice::transforms {

std::unique_ptr<sdk::Transform> make_timestamp_converter(Operand operand);

}  // namespace sluice::transforms
