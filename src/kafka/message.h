#pragma once
// Messages as they cross the border to the brokers. All bytes are borrowed; see each user for how long.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace sluice::kafka {

inline constexpr int32_t kAnyPartition = -1;
inline constexpr int64_t kNoTimestamp = -1;

enum class TimestampType : uint8_t { kNone, kCreateTime, kLogAppendTime };

struct OutgoingMessage {
  std::string_view topic;
  BytesView key;    // may be null
  BytesView value;  // may be null
  std::span<const RawHeader> headers;
  int64_t timestamp = kNoTimestamp;   // milliseconds; kNoTimestamp: the client's clock
  int32_t partition = kAnyPartition;  // kAnyPartition: by key hash (murmur2) as Java, sticky without key
};

struct ConsumedMessage {
  std::string_view topic;
  BytesView key;
  BytesView value;
  std::span<const RawHeader> headers;
  int64_t offset = -1;
  int64_t timestamp = kNoTimestamp;
  int32_t partition = -1;
  TimestampType timestamp_type = TimestampType::kNone;
};

/// Messages in order per partition. Their bytes live until clear() or until the last copy of `owner` is gone.
struct MessageBatch {
  std::vector<ConsumedMessage> messages;
  std::shared_ptr<const void> owner;
  void clear() {
    messages.clear();
    owner.reset();
  }
};

}  // namespace sluice::kafka
