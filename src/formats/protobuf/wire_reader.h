#pragma once
// The primitive values of Protobuf's wire format. After a failure everything reads as zero or empty.

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.h"

namespace sluice::protobuf {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "fixed values are copied as they are");

/// The lower three bits of a tag.
enum class WireType : uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kLength = 2,
  kStartGroup = 3,
  kEndGroup = 4,
  kFixed32 = 5,
};
inline constexpr uint32_t kWireTypeBits = 3;

inline constexpr uint32_t make_tag(int number, WireType type) {
  return static_cast<uint32_t>(number) << kWireTypeBits | static_cast<uint32_t>(type);
}
inline int64_t zigzag_decoded(uint64_t raw) {
  return static_cast<int64_t>(raw >> 1) ^ -static_cast<int64_t>(raw & 1);
}
inline uint64_t zigzag_encoded(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}

class WireReader {
 public:
  explicit WireReader(BytesView bytes)
      : start_(bytes.data()), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool failed() const { return error_ != nullptr; }
  bool at_end() const { return at_ == end_; }
  size_t left() const { return static_cast<size_t>(end_ - at_); }
  const char* error() const { return error_; }
  /// Of the failure.
  size_t position() const { return static_cast<size_t>(failed_at_ - start_); }

  /// Remembers the first failure.
  void fail(const char* error) {
    if (error_ != nullptr) return;
    error_ = error;
    failed_at_ = at_;
    at_ = end_;
  }

  uint64_t varint() {
    if (at_ < end_ && static_cast<uint8_t>(*at_) < 0x80) [[likely]]
      return static_cast<uint8_t>(*at_++);
    return long_varint();
  }

  /// Of five bytes at most; as everywhere, what exceeds 32 bits is cut.
  uint32_t tag() {
    const uint64_t raw = varint();
    if (raw >= uint64_t{1} << 35) [[unlikely]]
      fail("a tag of more than five bytes");
    return static_cast<uint32_t>(raw);
  }

  template <typename T>
  T fixed() {
    T value = 0;
    if (left() < sizeof(T)) [[unlikely]] {
      fail("the record ends early");
    } else {
      std::memcpy(&value, at_, sizeof(T));
      at_ += sizeof(T);
    }
    return value;
  }

  /// A length, then as many bytes.
  BytesView bytes() {
    const uint64_t size = varint();
    if (size > left()) [[unlikely]] {
      fail("a value is longer than the rest of its message");
      return kEmptyBytes;
    }
    const BytesView result(at_, size);
    at_ += size;
    return result;
  }

  /// Reads a length; until leave() the end is there. Gives what leave() wants.
  const char* enter() {
    const char* const outer = end_;
    const uint64_t size = varint();
    if (size > left()) [[unlikely]]
      fail("a value is longer than the rest of its message");
    else
      end_ = at_ + size;
    return outer;
  }
  void leave(const char* outer) {
    end_ = outer;
    if (failed()) at_ = end_;
  }

  /// What follows a tag that nobody knows.
  void skip(uint32_t tag) { skip(tag, 0); }

  /// How many values of one varint each the rest holds.
  size_t count_varints() const {
    size_t count = 0;
    for (const char* at = at_; at < end_; ++at) count += static_cast<uint8_t>(*at) < 0x80 ? 1 : 0;
    return count;
  }

 private:
  static constexpr int kGroupDepthMax = 100;

  uint64_t long_varint() {
    uint64_t raw = 0;
    const char* at = at_;
    for (int shift = 0; shift < 64 && at < end_; shift += 7) {
      const auto byte = static_cast<uint8_t>(*at++);
      raw |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) {
        at_ = at;
        return raw;
      }
    }
    fail(at == end_ ? "the record ends early" : "a number of more than ten bytes");
    return 0;
  }

  void skip(uint32_t tag, int depth) {
    if (tag >> kWireTypeBits == 0) return fail("a field with the number 0");
    switch (static_cast<WireType>(tag & 7U)) {
      case WireType::kVarint:
        varint();
        return;
      case WireType::kFixed64:
        fixed<uint64_t>();
        return;
      case WireType::kLength:
        bytes();
        return;
      case WireType::kFixed32:
        fixed<uint32_t>();
        return;
      case WireType::kStartGroup:
        return skip_group(tag, depth);
      case WireType::kEndGroup:
        return fail("the end of a group that has not begun");
      default:
        return fail("a wire type that does not exist");
    }
  }

  void skip_group(uint32_t start, int depth) {
    if (depth >= kGroupDepthMax) return fail("groups are nested too deep");
    const uint32_t end =
        start - static_cast<uint32_t>(WireType::kStartGroup) + static_cast<uint32_t>(WireType::kEndGroup);
    while (!failed()) {
      if (at_end()) return fail("a group without its end");
      const uint32_t tag = this->tag();
      if (tag == end) return;
      skip(tag, depth + 1);
    }
  }

  const char* start_;
  const char* at_;
  const char* end_;
  const char* error_ = nullptr;
  const char* failed_at_ = nullptr;
};

}  // namespace sluice::protobuf
