#pragma once
// Pauses between tries: the first, twice as long each time, up to the longest.

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace sluice::cluster {

/// `failures` before this pause, from 0.
inline std::chrono::milliseconds backoff(int failures, std::chrono::milliseconds first,
                                         std::chrono::milliseconds longest) {
  return std::min(std::chrono::milliseconds(first.count() << std::min(failures, 20)), longest);
}

}  // namespace sluice::cluster
