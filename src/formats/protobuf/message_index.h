#pragma once
// Which message of its file a payload is: a list of places, as Confluent's serialisers write it before the
// payload (MessageIndexes).

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace sluice::protobuf {

/// The first message of the file is a single zero byte.
std::string message_index(std::span<const int32_t> path);

struct IndexedPayload {
  std::vector<int32_t> path;
  BytesView index;  // as it stands there
  BytesView payload;
};
/// Error kind kBadRecord.
Result<IndexedPayload> read_message_index(BytesView bytes);

}  // namespace sluice::protobuf
