#pragma once
// What a node of a JSON tree is, in the words of error texts.

#include <string_view>

#include "sdk/data/value.h"

namespace sluice::json {

/// Jackson's name of the node's type, e.g. "OBJECT".
std::string_view json_node_type(const sdk::Value& node);

}  // namespace sluice::json
