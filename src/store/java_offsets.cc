#include "store/java_offsets.h"

#include <fmt/format.h>

#include <optional>

namespace sluice::store {
namespace {

constexpr std::string_view kMagic{"\xac\xed\x00\x05", 4};
constexpr uint8_t kNull = 0x70;
constexpr uint8_t kReference = 0x71;
constexpr uint8_t kClassDescription = 0x72;
constexpr uint8_t kObject = 0x73;
constexpr uint8_t kArray = 0x75;
constexpr uint8_t kBlockData = 0x77;
constexpr uint8_t kEndBlockData = 0x78;

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes), total_(bytes.size()) {}

  Result<std::map<std::string, std::string>> read() {
    std::map<std::string, std::string> entries;
    SLUICE_RETURN_IF_ERROR(expect_bytes(kMagic));
    SLUICE_RETURN_IF_ERROR(expect(kObject));
    SLUICE_RETURN_IF_ERROR(read_class("java.util.HashMap"));
    SLUICE_RETURN_IF_ERROR(skip(8));  // loadFactor, threshold
    SLUICE_RETURN_IF_ERROR(expect(kBlockData));
    SLUICE_RETURN_IF_ERROR(skip(1 + 4));  // block length, buckets
    SLUICE_ASSIGN_OR_RETURN(const uint32_t count, read_uint32());
    for (uint32_t i = 0; i < count; ++i) {
      SLUICE_ASSIGN_OR_RETURN(const auto key, read_byte_array());
      SLUICE_ASSIGN_OR_RETURN(const auto value, read_byte_array());
      if (key && value) entries.emplace(*key, *value);
    }
    SLUICE_RETURN_IF_ERROR(expect(kEndBlockData));
    return entries;
  }

 private:
  Error broken(std::string_view expected) const {
    return bad_record(
        fmt::format("expected {} at byte {} of this file of a Java worker", expected, total_ - rest_.size()));
  }

  Status skip(size_t count) {
    if (rest_.size() < count) return broken(fmt::format("{} more bytes", count));
    rest_.remove_prefix(count);
    return {};
  }

  Status expect_bytes(std::string_view wanted) {
    if (!rest_.starts_with(wanted)) return broken("other bytes");
    return skip(wanted.size());
  }

  Status expect(uint8_t tag) {
    if (rest_.empty() || static_cast<uint8_t>(rest_.front()) != tag)
      return broken(fmt::format("tag {:#x}", tag));
    return skip(1);
  }

  bool next_is(uint8_t tag) const { return !rest_.empty() && static_cast<uint8_t>(rest_.front()) == tag; }

  Result<uint32_t> read_uint32() {
    if (rest_.size() < 4) return broken("4 more bytes");
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(rest_[static_cast<size_t>(i)]);
    rest_.remove_prefix(4);
    return value;
  }

  Result<uint32_t> read_uint16() {
    if (rest_.size() < 2) return broken("2 more bytes");
    const uint32_t value =
        static_cast<uint32_t>(static_cast<uint8_t>(rest_[0])) << 8 | static_cast<uint8_t>(rest_[1]);
    rest_.remove_prefix(2);
    return value;
  }

  /// A class description: in full (its fields are of primitive types), or a reference to an earlier one.
  Status read_class(std::string_view name) {
    if (next_is(kReference)) return skip(1 + 4);
    SLUICE_RETURN_IF_ERROR(expect(kClassDescription));
    SLUICE_ASSIGN_OR_RETURN(const uint32_t name_length, read_uint16());
    if (name_length != name.size()) return broken(fmt::format("class {}", name));
    SLUICE_RETURN_IF_ERROR(expect_bytes(name));
    SLUICE_RETURN_IF_ERROR(skip(8 + 1));  // serialVersionUID, flags
    SLUICE_ASSIGN_OR_RETURN(const uint32_t fields, read_uint16());
    for (uint32_t i = 0; i < fields; ++i) {
      SLUICE_RETURN_IF_ERROR(skip(1));  // type code
      SLUICE_ASSIGN_OR_RETURN(const uint32_t length, read_uint16());
      SLUICE_RETURN_IF_ERROR(skip(length));
    }
    SLUICE_RETURN_IF_ERROR(expect(kEndBlockData));
    return expect(kNull);  // no superclass description
  }

  Result<std::optional<std::string>> read_byte_array() {
    if (next_is(kNull)) {
      SLUICE_RETURN_IF_ERROR(skip(1));
      return std::optional<std::string>();
    }
    SLUICE_RETURN_IF_ERROR(expect(kArray));
    SLUICE_RETURN_IF_ERROR(read_class("[B"));
    SLUICE_ASSIGN_OR_RETURN(const uint32_t length, read_uint32());
    if (rest_.size() < length) return broken(fmt::format("an array of {} bytes", length));
    std::optional<std::string> bytes(std::string(rest_.substr(0, length)));
    rest_.remove_prefix(length);
    return bytes;
  }

  std::string_view rest_;
  size_t total_;
};

}  // namespace

bool is_java_offsets(std::string_view bytes) { return bytes.starts_with(kMagic); }

Result<std::map<std::string, std::string>> parse_java_offsets(std::string_view bytes) {
  return Reader(bytes).read();
}

}  // namespace sluice::store
