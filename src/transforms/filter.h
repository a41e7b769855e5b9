#pragma once
// org.apache.kafka.connect.transforms.Filter: drops every record it is given; a predicate says which those
// are.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms {

std::unique_ptr<sdk::Transform> make_filter();

}  // namespace sluice::transforms
