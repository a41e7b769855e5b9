#pragma once
// Debezium's ByLogicalTableRouter: the events of several tables (the shards of one) into one topic, with the
// key telling which table a row is of.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms::debezium {

std::unique_ptr<sdk::Transform> make_by_logical_table_router();

}  // namespace sluice::transforms::debezium
