#pragma once
// org.apache.kafka.connect.transforms.InsertField: adds the record's topic, partition, offset or timestamp,
// or a fixed text, as fields.

#include <memory>

#include "sdk/transform.h"
#include "transforms/operand.h"

namespace sluice::transforms {

std::unique_ptr<sdk::Transform> make_insert_field(Operand operand);

}  // namespace sluice::transforms
