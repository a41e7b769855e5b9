#pragma once
// The records [start, end) of a topic partition on their way into files. A rotation closes all files of a
// topic partition, so a range is what is declared, uploaded and committed as one.

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include "connectors/object_store/intent.h"
#include "connectors/object_store/open_file.h"
#include "sdk/topic_partition.h"

namespace sluice::connectors::object_store {

struct Range {
  PlanPtr plan;
  int64_t start = 0;  // offset of the first record
  int64_t end = 0;    // first offset that does not belong to it
  int64_t records = 0;
  std::map<std::string, std::unique_ptr<OpenFile>, std::less<>> files;  // by encoded partition
  std::vector<ClockStep> clock;
  std::string clock_path;  // that of the last clock step
  OffsetSet skipped;

  // For rotation.
  int64_t first_time_ms = 0;  // of the first record, by the extractor
  std::string last_path;      // of the last record
  int64_t scheduled_at_ms = std::numeric_limits<int64_t>::max();

  bool empty() const { return files.empty(); }
  size_t bytes_in_memory() const;
  Intent intent() const;
  /// Whether the intent has no room for another clock step or skipped offset.
  bool intent_is_full() const;
  /// Stores every file. After kRetry it may be called again. Any thread, one at a time.
  Status store();
};

}  // namespace sluice::connectors::object_store
