#pragma once
// org.apache.kafka.connect.transforms.InsertHeader: one more header, the same for all records.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms {

std::unique_ptr<sdk::Transform> make_insert_header();

}  // namespace sluice::transforms
