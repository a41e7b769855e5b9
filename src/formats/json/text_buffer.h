#pragma once
// A growing piece of memory to write text into, kept by a writer over all its records. Not thread-safe.

#include <cstring>
#include <memory>
#include <string_view>

namespace sluice::json {

class TextBuffer {
 public:
  void clear() { size_ = 0; }
  std::string_view view() const { return {data_.get(), size_}; }
  size_t size() const { return size_; }

  /// Where at least `bytes` may be written; follow with commit().
  char* reserve(size_t bytes) {
    if (capacity_ - size_ < bytes) grow(bytes);
    return data_.get() + size_;
  }
  void commit(const char* end) { size_ = static_cast<size_t>(end - data_.get()); }

  void append(std::string_view text) {
    char* out = reserve(text.size());
    std::memcpy(out, text.data(), text.size());
    size_ += text.size();
  }
  /// The same of text that may be read up to the next full block: no call, no loop for short texts.
  void append_padded(const char* text, size_t bytes) {
    char* out = reserve(bytes + kPadding);
    for (size_t i = 0; i < bytes; i += kPadding) std::memcpy(out + i, text + i, kPadding);
    size_ += bytes;
  }
  static constexpr size_t kPadding = 16;
  void push_back(char c) {
    *reserve(1) = c;
    ++size_;
  }
  /// Forgets everything after the first `size` bytes.
  void truncate(size_t size) { size_ = size; }

 private:
  void grow(size_t bytes) {
    const size_t wanted = (size_ + bytes) * 2 + 256;
    std::unique_ptr<char[]> larger(new char[wanted]);
    if (size_ > 0) std::memcpy(larger.get(), data_.get(), size_);
    data_ = std::move(larger);
    capacity_ = wanted;
  }

  std::unique_ptr<char[]> data_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace sluice::json
