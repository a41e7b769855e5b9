#pragma once
// How a batch-wise step tells, record by record, what did not go well. Empty for a batch without trouble.

#include <cstdint>
#include <utility>
#include <vector>

#include "base/error.h"

namespace sluice::sdk {

/// Errors by index within the span that the step was given; in increasing order of index, one per record at
/// most.
class RecordErrors {
 public:
  struct Entry {
    uint32_t index;
    Error error;
  };
  void add(size_t index, Error error) {
    entries_.push_back({static_cast<uint32_t>(index), std::move(error)});
  }
  bool empty() const { return entries_.empty(); }
  const std::vector<Entry>& entries() const { return entries_; }
  void clear() { entries_.clear(); }

 private:
  std::vector<Entry> entries_;
};

}  // namespace sluice::sdk
