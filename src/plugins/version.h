#pragma once
// Versions of plugins and the ranges that configurations ask for (KIP-891): Maven's notation, a plain version
// meaning exactly that one.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::plugins {

class VersionRange {
 public:
  /// "1.2" (exactly), "[1.0,2.0)", "(,3]", "[1,2],[4,)". Empty or "latest": any. Error kind kBadConfig with
  /// Maven's texts.
  static Result<VersionRange> parse(std::string_view text);

  bool contains(std::string_view version) const;
  /// As errors show it, e.g. "[9.9,9.9]".
  const std::string& text() const { return text_; }

 private:
  struct Part {
    std::string low, high;  // empty: unbounded
    bool low_inclusive = true, high_inclusive = true;
  };
  static Result<Part> parse_part(std::string_view text);

  std::string text_;
  std::vector<Part> parts_;  // none: any version
};

/// Below, equal to or above zero, by numbers where both have them ("1.10" after "1.9").
int compare_versions(std::string_view left, std::string_view right);

/// Java's text for a plugin that is there in other versions only.
Error version_not_found(std::string_view class_name, const VersionRange& range, std::string_view available);

}  // namespace sluice::plugins
