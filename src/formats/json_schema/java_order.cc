#include "formats/json_schema/java_order.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace sluice::json_schema {
namespace {

/// String.hashCode over UTF-16 units, spread as HashMap does. `key` is valid UTF-8.
uint32_t java_hash(std::string_view key) {
  uint32_t hash = 0;
  const auto add = [&hash](uint32_t unit) { hash = hash * 31 + unit; };
  for (size_t i = 0; i < key.size();) {
    const auto lead = static_cast<unsigned char>(key[i]);
    const size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    uint32_t code = size == 1 ? lead : lead & (0xFFU >> (size + 1));
    for (size_t k = 1; k < size && i + k < key.size(); ++k)
      code = code << 6 | (static_cast<unsigned char>(key[i + k]) & 0x3F);
    i += size;
    if (code < 0x10000) {
      add(code);
    } else {
      add(0xD800 + ((code - 0x10000) >> 10));
      add(0xDC00 + ((code - 0x10000) & 0x3FF));
    }
  }
  return hash ^ hash >> 16;
}

}  // namespace

std::vector<size_t> java_hash_order(const std::vector<std::string_view>& keys, size_t buckets) {
  while (keys.size() * 4 > buckets * 3) buckets *= 2;
  std::vector<size_t> bucket;
  bucket.reserve(keys.size());
  for (const std::string_view key : keys) bucket.push_back(java_hash(key) & (buckets - 1));
  std::vector<size_t> order(keys.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return bucket[a] < bucket[b]; });
  return order;
}

}  // namespace sluice::json_schema
