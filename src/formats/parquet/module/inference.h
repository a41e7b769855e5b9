#pragma once
// The schema of schemaless records: grows a tree of columns until a value fits into it. Integers become
// doubles where both occur, everything may be null or absent, objects gain fields in the order they are first
// seen. Two values that no column can hold (a string and an object) are a conflict. Source of behaviour: docs
// of the object-store sink.

#include <cstddef>
#include <memory>

#include "base/result.h"
#include "formats/parquet/module/node.h"
#include "sdk/data/value.h"

namespace sluice::formats {

/// A root without columns.
std::unique_ptr<Node> make_inferred_root();

/// Grows `root`, whose columns hold `rows` rows, so that `value` (an object) fits; true if anything changed.
/// Error kind kBadRecord: the value conflicts with what is there or with itself, names the field; the tree
/// may then have changed in part, so try on a clone first.
Result<bool> widen_to(Node& root, const sdk::Value& value, size_t rows);

}  // namespace sluice::formats
