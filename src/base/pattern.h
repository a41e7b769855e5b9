#pragma once
// A regular expression that fits a text or does not, with Java's full-match semantics (Pattern.matches).
// Immutable; safe to share between threads.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct pcre2_real_code_8;

namespace sluice {

class Pattern {
 public:
  /// Error kind kBadConfig with the place of the mistake.
  static Result<Pattern> compile(const std::string& pattern);

  /// True if the whole of `text` matches. Error kind kBadConfig if the pattern is too expensive to tell.
  Result<bool> matches(std::string_view text) const;

 private:
  struct CodeDelete {
    void operator()(pcre2_real_code_8* code) const;
  };
  explicit Pattern(std::string pattern, pcre2_real_code_8* code);

  std::string pattern_;
  std::unique_ptr<pcre2_real_code_8, CodeDelete> code_;
};

}  // namespace sluice
