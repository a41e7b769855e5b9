#pragma once
// org.apache.kafka.connect.transforms.RegexRouter: another topic for those whose name matches a pattern.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms {

std::unique_ptr<sdk::Transform> make_regex_router();

}  // namespace sluice::transforms
