#include "converters/wire_format.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::converters {
namespace {

constexpr char kIdMagic = 0;
constexpr char kGuidMagic = 1;
constexpr size_t kPrefixBytes = 5;
constexpr size_t kGuidBytes = 16;

uint8_t byte_at(BytesView bytes, size_t index) { return static_cast<uint8_t>(bytes[index]); }

std::string guid_text(BytesView bytes) {
  std::string text;
  for (size_t i = 0; i < kGuidBytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", byte_at(bytes, i));
  }
  return text;
}

/// Of a GUID's text, without what stands between its digits; empty if it is none.
std::string guid_bytes(std::string_view text) {
  std::string bytes;
  int high = -1;
  for (const char c : text) {
    if (c == '-') continue;
    const int digit = c >= '0' && c <= '9'                     ? c - '0'
                      : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                               : -1;
    if (digit < 0) return {};
    if (high >= 0) bytes += static_cast<char>(high * 16 + digit);
    high = high >= 0 ? -1 : digit;
  }
  return bytes.size() == kGuidBytes && high < 0 ? bytes : std::string();
}

}  // namespace

std::string_view guid_header_name(sdk::ConverterRole role) {
  return role == sdk::ConverterRole::kKey ? "__key_schema_id" : "__value_schema_id";
}

Result<std::string> guid_header(std::string_view guid, BytesView message_index) {
  const std::string bytes = guid_bytes(guid);
  if (bytes.empty()) {
    return bad_config(
        "The schema registry gives no GUIDs of schemas, which HeaderSchemaIdSerializer needs: use "
        "io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer");
  }
  return std::string(1, kGuidMagic).append(bytes).append(message_index);
}

Result<Framed> unframe(BytesView bytes, std::span<const RawHeader> headers, sdk::ConverterRole role) {
  const std::string_view name = guid_header_name(role);
  const auto header = std::find_if(headers.rbegin(), headers.rend(),
                                   [&](const RawHeader& candidate) { return candidate.key == name; });
  if (header != headers.rend()) {
    if (header->value.size() < 1 + kGuidBytes || header->value[0] != kGuidMagic) {
      return bad_record(fmt::format("Header {} holds no schema GUID", name));
    }
    const BytesView index = header->value.substr(1 + kGuidBytes);
    return Framed{guid_text(header->value.substr(1)), bytes, index.empty() ? kNullBytes : index};
  }
  if (bytes.empty() || bytes[0] != kIdMagic) return bad_record("Unknown magic byte!");
  if (bytes.size() < kPrefixBytes)
    return bad_record("Unknown magic byte! The record ends within its schema id");
  uint32_t id = 0;
  for (size_t i = 1; i < kPrefixBytes; ++i) id = id << 8U | byte_at(bytes, i);
  return Framed{static_cast<int32_t>(id), bytes.substr(kPrefixBytes), kNullBytes};
}

std::string id_prefix(int32_t id) {
  std::string prefix(1, kIdMagic);
  for (int shift = 24; shift >= 0; shift -= 8) {
    prefix += static_cast<char>(static_cast<uint32_t>(id) >> static_cast<uint32_t>(shift));
  }
  return prefix;
}

}  // namespace sluice::converters
