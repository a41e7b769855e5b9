#pragma once
// Debezium's HeaderToValue: headers moved or copied into fields of the value, nested ones by paths with dots.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms::debezium {

std::unique_ptr<sdk::Transform> make_header_to_value();

}  // namespace sluice::transforms::debezium
