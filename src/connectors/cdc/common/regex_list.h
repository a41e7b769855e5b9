#pragma once
// Comma-separated regular expressions as Debezium's filters take them: each matches a whole name, whatever
// its letter case; "\," is a comma. Immutable.

#include <string_view>
#include <vector>

#include "base/java_regex.h"
#include "base/result.h"

namespace sluice::connectors::cdc {

class RegexList {
 public:
  /// Error kind kBadConfig names the expression that cannot be read.
  static Result<RegexList> parse(std::string_view text);

  bool empty() const { return expressions_.empty(); }
  bool matches(std::string_view name) const;

 private:
  std::vector<JavaRegex> expressions_;
};

/// The parts between commas, trimmed, empty ones left out.
std::vector<std::string> split_list(std::string_view text);

}  // namespace sluice::connectors::cdc
