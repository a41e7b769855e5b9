#pragma once
// A regular expression that must match a whole text, as java.util.regex's matches(). Immutable; one thread.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::connectors::sql {

class Pattern {
 public:
  /// Error kind kBadConfig names the place in the expression.
  static Result<Pattern> compile(const std::string& expression);
  /// False also for a text that exhausts the limit on the matcher's steps.
  bool matches(std::string_view text) const;

 private:
  struct Code;
  std::shared_ptr<const Code> code_;
};

}  // namespace sluice::connectors::sql
