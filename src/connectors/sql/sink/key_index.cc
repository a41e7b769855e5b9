#include "connectors/sql/sink/key_index.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <string_view>

namespace sluice::connectors::sql {
namespace {

constexpr size_t kSlotsMin = 64;

uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9E37'79B9'7F4A'7C15U;
  return hash ^ hash >> 32;
}

uint64_t hash_of(const sdk::Value& cell) {
  switch (cell.kind()) {
    case sdk::Kind::kString:
    case sdk::Kind::kBytes:
    case sdk::Kind::kDecimal:
      return std::hash<std::string_view>()(cell.as_bytes());
    case sdk::Kind::kFloat32:
    case sdk::Kind::kFloat64:
      return std::bit_cast<uint64_t>(cell.as_float64());
    case sdk::Kind::kNull:
    case sdk::Kind::kArray:
    case sdk::Kind::kMap:
    case sdk::Kind::kStruct:
      return 0;
    default:
      return static_cast<uint64_t>(cell.as_integer());
  }
}

}  // namespace

uint32_t KeyIndex::find_or_add(std::span<const sdk::Value> key) {
  if (hashes_.size() * 2 >= slots_.size()) grow();
  uint64_t hash = 0;
  for (const sdk::Value& cell : key) hash = mix(hash, hash_of(cell));
  columns_ = key.size();
  const size_t mask = slots_.size() - 1;
  size_t slot = hash & mask;
  for (; slots_[slot] != kNone; slot = (slot + 1) & mask) {
    const uint32_t entry = slots_[slot];
    const auto known = this->key(entry);
    if (hashes_[entry] == hash && std::equal(known.begin(), known.end(), key.begin(), key.end()))
      return entry;
  }
  const auto entry = static_cast<uint32_t>(hashes_.size());
  slots_[slot] = entry;
  hashes_.push_back(hash);
  cells_.insert(cells_.end(), key.begin(), key.end());
  return entry;
}

void KeyIndex::grow() {
  slots_.assign(std::max(kSlotsMin, slots_.size() * 2), kNone);
  const size_t mask = slots_.size() - 1;
  for (uint32_t entry = 0; entry < hashes_.size(); ++entry) {
    size_t slot = hashes_[entry] & mask;
    while (slots_[slot] != kNone) slot = (slot + 1) & mask;
    slots_[slot] = entry;
  }
}

void KeyIndex::clear() {
  cells_.clear();
  hashes_.clear();
  std::fill(slots_.begin(), slots_.end(), kNone);
}

}  // namespace sluice::connectors::sql
