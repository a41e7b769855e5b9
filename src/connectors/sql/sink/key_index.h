#pragma once
// Finds the entry of a row's key among those of a batch: open addressing over cells that lie elsewhere.
// Cleared and used again without allocating.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sdk/data/value.h"

namespace sluice::connectors::sql {

class KeyIndex {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  /// The entry with these cells; a new one, the number of entries so far, if there is none. The cells are
  /// copied, what they refer to lives until clear().
  uint32_t find_or_add(std::span<const sdk::Value> key);
  size_t size() const { return hashes_.size(); }
  std::span<const sdk::Value> key(uint32_t entry) const {
    return std::span(cells_).subspan(entry * columns_, columns_);
  }
  void clear();

 private:
  void grow();

  size_t columns_ = 0;
  std::vector<sdk::Value> cells_;
  std::vector<uint64_t> hashes_;  // by entry
  std::vector<uint32_t> slots_;   // entries, kNone where empty; a power of two
};

}  // namespace sluice::connectors::sql
