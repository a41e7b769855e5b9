#pragma once
// org.apache.kafka.connect.transforms.SetSchemaMetadata: another name or version of the schema.

#include <memory>

#include "sdk/transform.h"
#include "transforms/operand.h"

namespace sluice::transforms {

std::unique_ptr<sdk::Transform> make_set_schema_metadata(Operand operand);

}  // namespace sluice::transforms
