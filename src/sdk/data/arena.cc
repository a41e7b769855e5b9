#include "sdk/data/arena.h"

#include <algorithm>
#include <utility>

namespace sluice::sdk {
namespace {

constexpr size_t kFirstChunkBytes = 16 * 1024;
constexpr size_t kChunkBytesMax = 1024 * 1024;

}  // namespace

void* Arena::allocate_slow(size_t bytes) {
  if (bytes > kChunkBytesMax / 4) {  // a giant gets a chunk of its own; the current one stays in use
    bytes_in_full_chunks_ += bytes;
    chunks_.push_back({std::unique_ptr<char[]>(new char[bytes]), bytes});
    void* giant = chunks_.back().data.get();
    if (current_ != nullptr && chunks_.size() > 1) std::swap(chunks_.back(), chunks_[chunks_.size() - 2]);
    return giant;
  }
  bytes_in_full_chunks_ += used_;
  const size_t wanted = std::max(bytes, size_ == 0 ? kFirstChunkBytes : std::min(size_ * 2, kChunkBytesMax));
  chunks_.push_back({std::unique_ptr<char[]>(new char[wanted]), wanted});
  current_ = chunks_.back().data.get();
  size_ = wanted;
  used_ = bytes;
  return current_;
}

void Arena::reset() {
  kept_.clear();
  bytes_in_full_chunks_ = 0;
  used_ = 0;
  if (chunks_.size() <= 1 && current_ != nullptr) return;
  if (current_ == nullptr) {  // only giants
    chunks_.clear();
    return;
  }
  Chunk last = std::move(chunks_.back());
  chunks_.clear();
  current_ = last.data.get();
  size_ = last.size;
  chunks_.push_back(std::move(last));
}

}  // namespace sluice::sdk
