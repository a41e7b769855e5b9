#pragma once
// What is done to the values of a column before they are published: column.mask.with.N.chars,
// column.mask.hash.A.with.salt.S, column.truncate.to.N.chars. Immutable.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/value.h"

namespace sluice::connectors::cdc {

class ColumnMask {
 public:
  virtual ~ColumnMask() = default;
  virtual sdk::Value apply(const sdk::Value& value, sdk::Arena& arena) const = 0;
};
using ColumnMaskPtr = std::shared_ptr<const ColumnMask>;

/// The length that a column is declared with stands for "not declared" when it is this.
inline constexpr int kNoLength = -1;

/// What a rule says of the columns that it matches.
struct MaskRule {
  enum class Kind : uint8_t { kStars, kHash, kHashV2, kTruncate } kind = Kind::kStars;
  int length = 0;         // of kStars and kTruncate
  std::string algorithm;  // of hashes, in Java's spelling: "SHA-256"
  std::string salt;
};

/// Error kind kBadConfig if the algorithm of a hash is not known here.
Status check_mask(const MaskRule& rule);
/// Null where values stay as they are. Stars and hashes replace texts only (`is_text`).
ColumnMaskPtr make_mask(const MaskRule& rule, bool is_text, int column_length);
/// Parameters by which the field's schema tells of the mask.
void tell_mask(const MaskRule& rule, int column_length, sdk::SchemaBuilder& schema);

}  // namespace sluice::connectors::cdc
