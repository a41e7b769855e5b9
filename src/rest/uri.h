#pragma once
// Path and query of a request's target.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sluice::rest {

struct Target {
  std::string path;                   // as sent, without the query
  std::vector<std::string> segments;  // decoded; a slash at the end makes none
  std::vector<std::pair<std::string, std::string>> query;

  /// The first of that name.
  std::optional<std::string_view> query_value(std::string_view name) const;
};

/// Segments are split first and decoded then, so that `%2F` is part of a name. Parameters of a segment
/// (";a=b") are cut off, as in Java. Error kind kBadRecord with the texts of Java's server: empty segments,
/// wrong percent encoding, names that are not UTF-8.
Result<Target> parse_target(std::string_view text);

/// "true" in any case; absent or empty: the default; anything else is false.
bool query_flag(const Target& target, std::string_view name, bool fallback);

bool is_utf8(std::string_view text);

}  // namespace sluice::rest
