#pragma once
// Kafka's encoding of plain values. A reader never trusts a length: it checks against what is there and never
// allocates what a length merely claims. Not thread-safe.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace sluice::kafka::protocol {

using Uuid = std::array<uint8_t, 16>;

/// Appends to a buffer. `flexible`: compact lengths and tagged fields.
class Writer {
 public:
  Writer(std::string& out, bool flexible) : out_(out), flexible_(flexible) {}

  bool flexible() const { return flexible_; }
  void boolean(bool value) { int8(value ? 1 : 0); }
  void int8(int8_t value);
  void int16(int16_t value);
  void int32(int32_t value);
  void int64(int64_t value);
  void uvarint(uint32_t value);
  void uuid(const Uuid& value);
  /// Old encoding: at most 32,767 bytes; longer ones are cut, which no caller of ours gets near.
  void string(std::string_view value);
  void nullable_string(const std::optional<std::string>& value);
  void bytes(std::string_view value);
  void nullable_bytes(const std::optional<std::string>& value);
  void array_size(size_t size);
  void null_array();
  void raw(std::string_view value) { out_.append(value); }

 private:
  std::string& out_;
  bool flexible_;
};

/// Reads from borrowed bytes. The first read beyond the end, or of an impossible value, fails the reader:
/// from then on everything reads as zero or empty, and ok() is false.
class Reader {
 public:
  Reader(BytesView bytes, bool flexible) : bytes_(bytes), flexible_(flexible) {}

  bool ok() const { return ok_; }
  bool flexible() const { return flexible_; }
  size_t offset() const { return at_; }
  size_t remaining() const { return bytes_.size() - at_; }
  void fail() { ok_ = false; }

  bool boolean() { return int8() != 0; }
  int8_t int8();
  int16_t int16();
  int32_t int32();
  int64_t int64();
  uint32_t uvarint();
  Uuid uuid();
  std::string string();
  std::optional<std::string> nullable_string();
  std::string bytes();
  std::optional<std::string> nullable_bytes();
  /// Empty for null. Never more than there are bytes left: each element takes one at least.
  std::optional<size_t> nullable_array_size();
  /// Null fails.
  size_t array_size();
  /// A reader of the next `size` bytes, which this one skips.
  Reader part(uint32_t size);
  /// Skips a section of tagged fields that are all unknown.
  void skip_tags();

 private:
  uint64_t big_endian(size_t size);
  /// -1 for null; anything below fails.
  int64_t string_size();
  int64_t bytes_size();
  std::optional<std::string> take(int64_t size);

  BytesView bytes_;
  size_t at_ = 0;
  bool flexible_;
  bool ok_ = true;
};

/// What the generator says of one API.
struct ApiInfo {
  static constexpr int16_t kNeverFlexible = 0x7FFF;
  std::string_view name;
  int16_t key;
  int16_t min_version;
  int16_t max_version;
  int16_t first_flexible;
  bool is_flexible(int16_t version) const { return version >= first_flexible; }
};

}  // namespace sluice::kafka::protocol
