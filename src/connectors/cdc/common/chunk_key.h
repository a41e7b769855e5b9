#pragma once
// Where an incremental snapshot is in a table: the key of a row, and its form in offsets, which is Java's
// serialization of an Object[] in hexadecimal digits (Java Object Serialization Specification, chapter 6), so
// that a connector may go on where Debezium was, and the other way round.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::connectors::cdc {

struct KeyPart {
  enum class Kind : uint8_t { kNull, kInt32, kInt64, kText };  // as JDBC has the column
  Kind kind = Kind::kNull;
  std::string text;  // as SQL writes the value, without quotes

  bool operator==(const KeyPart&) const = default;
};
using ChunkKey = std::vector<KeyPart>;

std::string java_hex(const ChunkKey& key);
/// Error kind kBadRecord for anything but integers, texts and nulls in an array.
Result<ChunkKey> parse_java_hex(std::string_view hex);

/// "1,abc,<null>", as notifications show it.
std::string shown(const ChunkKey& key);

}  // namespace sluice::connectors::cdc
