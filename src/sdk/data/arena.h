#pragma once
// Bump allocator of one batch: everything in the batch's records lives here or in what keep() holds.
// One thread at a time. Nothing in it is destroyed one by one: trivially destructible types only.

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sluice::sdk {

class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  /// `alignment` is a power of two, 16 at most.
  void* allocate(size_t bytes, size_t alignment = 8) {
    const size_t start = (used_ + alignment - 1) & ~(alignment - 1);
    if (start + bytes <= size_) [[likely]] {
      used_ = start + bytes;
      return current_ + start;
    }
    return allocate_slow(bytes);
  }

  template <typename T>
  T* array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    auto* items = static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
    for (size_t i = 0; i < count; ++i) new (items + i) T();
    return items;
  }

  /// A copy whose data pointer is never null.
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {"", 0};
    auto* bytes = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(bytes, text.data(), text.size());
    return {bytes, text.size()};
  }

  /// Holds `owner` until reset: schemas, fetched messages, whatever values point into.
  void keep(std::shared_ptr<const void> owner) { kept_.push_back(std::move(owner)); }

  /// Forgets everything; keeps the largest chunk for the next batch.
  void reset();

  /// Bytes handed out since the last reset, slack included.
  size_t bytes_used() const { return bytes_in_full_chunks_ + used_; }

 private:
  struct Chunk {
    std::unique_ptr<char[]> data;
    size_t size;
  };
  void* allocate_slow(size_t bytes);

  char* current_ = nullptr;
  size_t used_ = 0;
  size_t size_ = 0;
  size_t bytes_in_full_chunks_ = 0;
  std::vector<Chunk> chunks_;  // the last one is current_, unless it was a giant's own
  std::vector<std::shared_ptr<const void>> kept_;
};

}  // namespace sluice::sdk
