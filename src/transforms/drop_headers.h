#pragma once
// org.apache.kafka.connect.transforms.DropHeaders: takes all headers of some names off.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms {

std::unique_ptr<sdk::Transform> make_drop_headers();

}  // namespace sluice::transforms
