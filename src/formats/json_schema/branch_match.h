#pragma once
// Inside the folder: what a Connect schema stands for in JSON, and which branch of a union a JSON value
// belongs to.

#include "sdk/data/schema.h"

namespace sluice::json_schema {

/// A struct with a field for each branch, all but one of them null.
bool is_union(const sdk::Schema& schema);
bool is_enum(const sdk::Schema& schema);
/// A map that is an object in JSON; others are arrays of {key, value}.
bool has_object_form(const sdk::Schema& map);

/// Index of the branch, or -1: the first whose type the value has; of structs the one that knows most of its
/// members.
int matching_branch(const sdk::Schema& union_schema, const sdk::Value& tree);

}  // namespace sluice::json_schema
