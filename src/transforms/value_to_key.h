#pragma once
// org.apache.kafka.connect.transforms.ValueToKey: a new key from fields of the value.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms {

std::unique_ptr<sdk::Transform> make_value_to_key();

}  // namespace sluice::transforms
