#pragma once
// org.apache.kafka.connect.transforms.predicates: what a record must have for a transform to apply.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms {

/// The topic's name matches a pattern as a whole.
std::unique_ptr<sdk::Predicate> make_topic_name_matches();
/// There is a header of a name.
std::unique_ptr<sdk::Predicate> make_has_header_key();
/// The value is null.
std::unique_ptr<sdk::Predicate> make_record_is_tombstone();

}  // namespace sluice::transforms
