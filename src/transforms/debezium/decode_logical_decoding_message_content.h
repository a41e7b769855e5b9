#pragma once
// Debezium's DecodeLogicalDecodingMessageContent: the JSON in a logical decoding message of PostgreSQL as the
// row of a change event, for EventRouter to take it from there.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms::debezium {

std::unique_ptr<sdk::Transform> make_decode_logical_decoding_message_content();

}  // namespace sluice::transforms::debezium
