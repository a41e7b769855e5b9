#pragma once
// Reads the numbers and strings of MySQL's protocol off a view of bytes. What lies behind the end reads as
// nothing and leaves the reader not ok(), which is asked once after several reads. One thread.

#include <cstdint>
#include <cstring>

#include "base/bytes.h"

namespace sluice::connectors::cdc::mysql {

class ByteReader {
 public:
  explicit ByteReader(BytesView bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  /// Whether everything so far was there.
  bool ok() const { return ok_; }
  bool at_end() const { return at_ == end_; }
  size_t left() const { return static_cast<size_t>(end_ - at_); }
  BytesView rest() const { return {at_, left()}; }

  /// A little-endian number of `size` bytes, 8 at most.
  uint64_t number(size_t size) {
    const BytesView bytes = take(size);
    uint64_t value = 0;
    for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
  }
  /// The same in big-endian order.
  uint64_t big_number(size_t size) {
    uint64_t value = 0;
    for (const char c : take(size)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  template <typename T>
  T fixed() {
    T value{};
    const BytesView bytes = take(sizeof(T));
    if (bytes.size() == sizeof(T)) std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }
  uint8_t byte() { return fixed<uint8_t>(); }
  /// A length-encoded integer.
  uint64_t packed() {
    const uint8_t first = byte();
    if (first < 0xfb) return first;
    if (first == 0xfc) return number(2);
    if (first == 0xfd) return number(3);
    if (first == 0xfe) return number(8);
    ok_ = false;
    return 0;
  }
  BytesView take(size_t size) {
    if (size > left()) {
      ok_ = false;
      at_ = end_;
      return {};
    }
    const BytesView taken(at_, size);
    at_ += size;
    return taken;
  }
  /// Up to a byte that is 0, which is left out.
  BytesView take_text() {
    const void* zero = left() == 0 ? nullptr : std::memchr(at_, 0, left());
    if (zero == nullptr) {
      ok_ = false;
      return {};
    }
    const BytesView text = take(static_cast<size_t>(static_cast<const char*>(zero) - at_));
    ++at_;
    return text;
  }

 private:
  const char* at_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace sluice::connectors::cdc::mysql
