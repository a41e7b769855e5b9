#include "kafka/protocol/wire.h"

#include <algorithm>
#include <limits>

namespace sluice::kafka::protocol {
namespace {

constexpr size_t kOldStringBytesMax = std::numeric_limits<int16_t>::max();
constexpr uint32_t kVarintBitsMax = 28;  // a fifth byte begins here and has four bits to give

void append_big_endian(std::string& out, uint64_t value, size_t size) {
  for (size_t i = size; i-- > 0;) out.push_back(static_cast<char>((value >> (8 * i)) & 0xFFU));
}

}  // namespace

void Writer::int8(int8_t value) { append_big_endian(out_, static_cast<uint8_t>(value), 1); }
void Writer::int16(int16_t value) { append_big_endian(out_, static_cast<uint16_t>(value), 2); }
void Writer::int32(int32_t value) { append_big_endian(out_, static_cast<uint32_t>(value), 4); }
void Writer::int64(int64_t value) { append_big_endian(out_, static_cast<uint64_t>(value), 8); }

void Writer::uvarint(uint32_t value) {
  for (; value >= 0x80U; value >>= 7U) out_.push_back(static_cast<char>((value & 0x7FU) | 0x80U));
  out_.push_back(static_cast<char>(value));
}

void Writer::uuid(const Uuid& value) {
  for (const uint8_t byte : value) out_.push_back(static_cast<char>(byte));
}

void Writer::string(std::string_view value) {
  if (flexible_) {
    uvarint(static_cast<uint32_t>(value.size()) + 1);
  } else {
    value = value.substr(0, kOldStringBytesMax);
    int16(static_cast<int16_t>(value.size()));
  }
  out_.append(value);
}

void Writer::nullable_string(const std::optional<std::string>& value) {
  if (value) return string(*value);
  flexible_ ? uvarint(0) : int16(-1);
}

void Writer::bytes(std::string_view value) {
  flexible_ ? uvarint(static_cast<uint32_t>(value.size()) + 1) : int32(static_cast<int32_t>(value.size()));
  out_.append(value);
}

void Writer::nullable_bytes(const std::optional<std::string>& value) {
  if (value) return bytes(*value);
  flexible_ ? uvarint(0) : int32(-1);
}

void Writer::array_size(size_t size) {
  flexible_ ? uvarint(static_cast<uint32_t>(size) + 1) : int32(static_cast<int32_t>(size));
}

void Writer::null_array() { flexible_ ? uvarint(0) : int32(-1); }

uint64_t Reader::big_endian(size_t size) {
  if (!ok_ || remaining() < size) {
    ok_ = false;
    return 0;
  }
  uint64_t value = 0;
  for (size_t i = 0; i < size; ++i) value = value << 8U | static_cast<uint8_t>(bytes_[at_++]);
  return value;
}

int8_t Reader::int8() { return static_cast<int8_t>(big_endian(1)); }
int16_t Reader::int16() { return static_cast<int16_t>(big_endian(2)); }
int32_t Reader::int32() { return static_cast<int32_t>(big_endian(4)); }
int64_t Reader::int64() { return static_cast<int64_t>(big_endian(8)); }

uint32_t Reader::uvarint() {
  uint32_t value = 0;
  for (uint32_t shift = 0; shift <= kVarintBitsMax; shift += 7) {
    const auto byte = static_cast<uint32_t>(big_endian(1));
    if (!ok_ || (shift == kVarintBitsMax && byte > 0x0FU)) break;
    value |= (byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  ok_ = false;
  return 0;
}

Uuid Reader::uuid() {
  Uuid value{};
  for (uint8_t& byte : value) byte = static_cast<uint8_t>(big_endian(1));
  return value;
}

int64_t Reader::string_size() { return flexible_ ? static_cast<int64_t>(uvarint()) - 1 : int16(); }
int64_t Reader::bytes_size() { return flexible_ ? static_cast<int64_t>(uvarint()) - 1 : int32(); }

std::optional<std::string> Reader::take(int64_t size) {
  if (size < -1 || size > static_cast<int64_t>(remaining())) ok_ = false;
  if (!ok_ || size == -1) return std::nullopt;
  std::string value(bytes_.substr(at_, static_cast<size_t>(size)));
  at_ += static_cast<size_t>(size);
  return value;
}

std::optional<std::string> Reader::nullable_string() { return take(string_size()); }
std::optional<std::string> Reader::nullable_bytes() { return take(bytes_size()); }

std::string Reader::string() {
  auto value = nullable_string();
  if (!value) ok_ = false;
  return std::move(value).value_or(std::string());
}

std::string Reader::bytes() {
  auto value = nullable_bytes();
  if (!value) ok_ = false;
  return std::move(value).value_or(std::string());
}

std::optional<size_t> Reader::nullable_array_size() {
  const int64_t size = bytes_size();
  if (size < -1 || size > static_cast<int64_t>(remaining())) ok_ = false;
  if (!ok_ || size == -1) return std::nullopt;
  return static_cast<size_t>(size);
}

size_t Reader::array_size() {
  const auto size = nullable_array_size();
  if (!size) ok_ = false;
  return size.value_or(0);
}

Reader Reader::part(uint32_t size) {
  if (size > remaining()) ok_ = false;
  if (!ok_) return {kEmptyBytes, flexible_};
  Reader inner(bytes_.substr(at_, size), flexible_);
  at_ += size;
  return inner;
}

void Reader::skip_tags() {
  for (uint32_t left = uvarint(); ok_ && left > 0; --left) {
    uvarint();
    part(uvarint());
  }
}

}  // namespace sluice::kafka::protocol
