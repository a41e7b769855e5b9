#pragma once
// A growing buffer for Protobuf's wire format, written from its end to its beginning: when a message is
// written its length is known, and its tag goes before it.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>

#include "base/bytes.h"

namespace sluice::protobuf {

class WireWriter {
 public:
  void clear() { at_ = end_; }
  BytesView view() const { return {at_, size()}; }
  /// Bytes so far.
  size_t size() const { return static_cast<size_t>(end_ - at_); }

  void varint(uint64_t value) {
    if (value < 0x80) [[likely]] {
      *room(1) = static_cast<char>(value);
      return;
    }
    const auto bits = static_cast<size_t>(64 - std::countl_zero(value));
    char* at = room((bits + 6) / 7);
    while (value >= 0x80) {
      *at++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *at = static_cast<char>(value);
  }
  void raw(BytesView bytes) {
    if (!bytes.empty()) std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
  }
  template <typename T>
  void fixed(T value) {
    std::memcpy(room(sizeof(T)), &value, sizeof(T));
  }
  /// Before it the length.
  void bytes(BytesView bytes) {
    raw(bytes);
    varint(bytes.size());
  }

 private:
  char* room(size_t bytes) {
    if (static_cast<size_t>(at_ - start_.get()) < bytes) [[unlikely]]
      grow(bytes);
    return at_ -= bytes;
  }
  void grow(size_t bytes) {
    const size_t used = size();
    const size_t capacity = std::max<size_t>({used + bytes, 2 * used, 1024});
    auto longer = std::make_unique<char[]>(capacity);
    char* const end = longer.get() + capacity;
    if (used > 0) std::memcpy(end - used, at_, used);
    start_ = std::move(longer);
    end_ = end;
    at_ = end - used;
  }

  std::unique_ptr<char[]> start_;
  char* at_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace sluice::protobuf
