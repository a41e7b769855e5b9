#pragma once
// A record on its way through Sluice. Trivially copyable; everything it points to lives as long as its batch.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "sdk/data/arena.h"
#include "sdk/data/schema.h"
#include "sdk/data/value.h"

namespace sluice::sdk {

struct SourcePartition;  // source_context.h

inline constexpr int64_t kNoTimestamp = -1;
inline constexpr int32_t kNoPartition = -1;

enum class TimestampType : uint8_t { kNone, kCreateTime, kLogAppendTime };

/// Ordered, duplicates allowed; the last of equal names wins look-ups.
struct Header {
  std::string_view key;
  const Schema* schema = nullptr;
  Value value;
};

struct Record {
  std::string_view topic;
  const Schema* key_schema = nullptr;
  const Schema* value_schema = nullptr;
  Value key;
  Value value;
  const Header* header_data = nullptr;
  uint32_t header_count = 0;
  /// Index of the polled record or consumed message it stems from, within its batch; transforms keep it.
  uint32_t origin = 0;
  int64_t timestamp = kNoTimestamp;  // milliseconds
  int32_t partition = kNoPartition;
  TimestampType timestamp_type = TimestampType::kNone;

  // Of source records: where it was read. Null partition: no offset is tracked.
  const SourcePartition* source_partition = nullptr;
  Value source_offset;  // a map, or null
  // Of sink records: where it was consumed, whatever transforms made of topic and partition (KIP-793).
  std::string_view original_topic;
  int32_t original_partition = kNoPartition;
  int64_t offset = -1;

  std::span<const Header> headers() const { return {header_data, header_count}; }
};

/// Records and the arena that they live in. Owned by one thread at a time.
class RecordBatch {
 public:
  Arena& arena() { return arena_; }
  std::vector<Record>& records() { return records_; }
  const std::vector<Record>& records() const { return records_; }
  bool empty() const { return records_.empty(); }
  size_t size() const { return records_.size(); }

  void clear() {
    records_.clear();
    arena_.reset();
  }

 private:
  Arena arena_;
  std::vector<Record> records_;
};

/// Appends a header: copies the list into the arena, as lists may be shared.
void add_header(Arena& arena, Record& record, const Header& header);

}  // namespace sluice::sdk
