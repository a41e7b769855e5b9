#pragma once
// A growing buffer for Avro's binary encoding.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/bytes.h"

namespace sluice::avro {

class ByteWriter {
 public:
  void clear() { at_ = start_.get(); }
  BytesView view() const { return {start_.get(), static_cast<size_t>(at_ - start_.get())}; }

  void integer(int64_t value) {
    constexpr size_t kBytesMax = 10;
    char* at = room(kBytesMax);
    uint64_t raw = (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
    while (raw >= 0x80) {
      *at++ = static_cast<char>(raw | 0x80);
      raw >>= 7;
    }
    *at++ = static_cast<char>(raw);
    at_ = at;
  }
  void byte(char value) {
    *room(1) = value;
    ++at_;
  }
  void raw(BytesView bytes) {
    if (bytes.empty()) return;
    std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
    at_ += bytes.size();
  }
  /// A length, then the bytes.
  void bytes(BytesView bytes) {
    integer(static_cast<int64_t>(bytes.size()));
    raw(bytes);
  }
  template <typename Float>
  void floating(Float value) {
    raw({reinterpret_cast<const char*>(&value), sizeof value});
  }

 private:
  char* room(size_t bytes) {
    if (static_cast<size_t>(end_ - at_) < bytes) [[unlikely]]
      grow(bytes);
    return at_;
  }
  void grow(size_t bytes) {
    const size_t used = view().size();
    const size_t size = std::max<size_t>({used + bytes, 2 * used, 1024});
    auto longer = std::make_unique<char[]>(size);
    if (used > 0) std::memcpy(longer.get(), start_.get(), used);
    start_ = std::move(longer);
    at_ = start_.get() + used;
    end_ = start_.get() + size;
  }

  std::unique_ptr<char[]> start_;
  char* at_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace sluice::avro
