#pragma once
// What MaskField puts in the place of values: an empty value of the same kind, or the given replacement
// converted to it. Immutable; values point into it, so every batch that has them keeps it.

#include <optional>
#include <string>

#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::transforms {

class Masks {
 public:
  /// Without a replacement: empty values.
  explicit Masks(const std::optional<std::string>& replacement);

  /// In place; null stays null. Error kind kBadRecord for values that have no mask.
  Status mask(sdk::Value& value) const {
    if (value.is_null()) return {};
    const auto& mask = masks_[static_cast<size_t>(value.kind())];
    if (!mask) return refuse(value);
    value = *mask;
    return {};
  }

 private:
  static constexpr size_t kKinds = static_cast<size_t>(sdk::Kind::kTimestamp) + 1;

  void make_empty();
  void make_replacements();
  void take(sdk::Kind kind, const Result<sdk::Value>& made);
  Error refuse(const sdk::Value& value) const;

  const std::optional<std::string> replacement_;
  sdk::Arena arena_;
  std::optional<sdk::Value> masks_[kKinds];
  std::optional<Error> broken_[kKinds];  // why the replacement cannot be converted
};

}  // namespace sluice::transforms
