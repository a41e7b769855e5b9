#pragma once
// Debezium's Filter and ContentBasedRouter: an expression over the record (expression.h) says whether it goes
// on, or to which topic.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms::debezium {

std::unique_ptr<sdk::Transform> make_filter();
std::unique_ptr<sdk::Transform> make_content_based_router();

}  // namespace sluice::transforms::debezium
