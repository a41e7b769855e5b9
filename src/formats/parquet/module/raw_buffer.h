#pragma once
// A growing run of plain values without per-value initialisation. Large ones are mapped, so that they grow
// without a copy and go back to the system when they are freed. One thread at a time.

#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>

namespace sluice::formats {

class RawBuffer {
 public:
  RawBuffer() = default;
  RawBuffer(RawBuffer&& other) noexcept { swap(other); }
  RawBuffer& operator=(RawBuffer&& other) noexcept {
    swap(other);
    return *this;
  }
  RawBuffer(const RawBuffer&) = delete;
  RawBuffer& operator=(const RawBuffer&) = delete;
  ~RawBuffer() { free_memory(); }

  template <typename T>
  void push(T value) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (size_ + sizeof(T) > capacity_) [[unlikely]]
      grow(sizeof(T));
    std::memcpy(data_ + size_, &value, sizeof(T));
    size_ += sizeof(T);
  }
  void append(const void* bytes, size_t count) {
    if (size_ + count > capacity_) [[unlikely]]
      grow(count);
    if (count != 0) std::memcpy(data_ + size_, bytes, count);
    size_ += count;
  }

  template <typename T>
  const T* as() const {
    return reinterpret_cast<const T*>(data_);
  }
  template <typename T>
  T* as() {
    return reinterpret_cast<T*>(data_);
  }
  template <typename T>
  size_t count() const {
    return size_ / sizeof(T);
  }
  size_t bytes() const { return size_; }
  size_t capacity() const { return capacity_; }
  void truncate(size_t bytes) { size_ = bytes; }
  void release() { *this = RawBuffer(); }

  void swap(RawBuffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  /// Makes room for `more` bytes; throws std::bad_alloc.
  void grow(size_t more);
  void free_memory();

  unsigned char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace sluice::formats
