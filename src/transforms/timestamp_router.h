#pragma once
// org.apache.kafka.connect.transforms.TimestampRouter: a topic by the day (or other period) of the record.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms {

std::unique_ptr<sdk::Transform> make_timestamp_router();

}  // namespace sluice::transforms
