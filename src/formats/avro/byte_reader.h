#pragma once
// The primitive values of Avro's binary encoding. After a failure everything reads as zero or empty.

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.h"

namespace sluice::avro {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "floating point values are copied as they are");

class ByteReader {
 public:
  explicit ByteReader(BytesView bytes)
      : start_(bytes.data()), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool failed() const { return error_ != nullptr; }
  /// What was wrong, and the byte where.
  const char* error() const { return error_; }
  size_t position() const { return static_cast<size_t>(failed_at_ - start_); }
  size_t left() const { return static_cast<size_t>(end_ - at_); }

  /// Remembers the first failure.
  void fail(const char* error) {
    if (error_ != nullptr) return;
    error_ = error;
    failed_at_ = at_;
    at_ = end_;
  }

  int64_t integer() {
    if (at_ < end_ && static_cast<uint8_t>(*at_) < 0x80) [[likely]]
      return zigzag(static_cast<uint8_t>(*at_++));
    return long_integer();
  }

  /// A length or an index; negative ones are failures.
  size_t size() {
    const int64_t value = integer();
    if (value >= 0) [[likely]]
      return static_cast<size_t>(value);
    fail("a negative length");
    return 0;
  }

  BytesView bytes(size_t count) {
    if (count > left()) [[unlikely]] {
      fail("the value is longer than the rest of the record");
      return kEmptyBytes;
    }
    const BytesView result(at_, count);
    at_ += count;
    return result;
  }

  bool boolean() {
    const BytesView byte = bytes(1);
    return !byte.empty() && byte.front() != 0;
  }

  template <typename Float>
  Float floating() {
    Float value = 0;
    if (const BytesView raw = bytes(sizeof(Float)); raw.size() == sizeof(Float))
      std::memcpy(&value, raw.data(), sizeof(Float));
    return value;
  }

 private:
  static int64_t zigzag(uint64_t raw) {
    return static_cast<int64_t>(raw >> 1) ^ -static_cast<int64_t>(raw & 1);
  }

  int64_t long_integer() {
    if (left() >= kNumberBytesMax) [[likely]]
      return unchecked_integer();
    uint64_t raw = 0;
    for (int shift = 0; shift < 64 && at_ < end_; shift += 7) {
      const auto byte = static_cast<uint8_t>(*at_++);
      raw |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return zigzag(raw);
    }
    fail(at_ == end_ ? "the record ends early" : "a number of more than ten bytes");
    return 0;
  }

  int64_t unchecked_integer() {
    const char* at = at_;
    uint64_t raw = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<uint8_t>(*at++);
      raw |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) {
        at_ = at;
        return zigzag(raw);
      }
    }
    fail("a number of more than ten bytes");
    return 0;
  }

  static constexpr size_t kNumberBytesMax = 10;

  const char* start_;
  const char* at_;
  const char* end_;
  const char* error_ = nullptr;
  const char* failed_at_ = nullptr;
};

}  // namespace sluice::avro
