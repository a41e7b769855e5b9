#pragma once
// Regular expressions as java.util.regex has them, on PCRE2: matching a whole text, and replacing the first
// match with a text that refers to groups. Immutable after compile; safe to share between threads.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct pcre2_real_code_8;

namespace sluice {

class JavaRegex {
 public:
  /// Error kind kBadConfig; the message is PatternSyntaxException's where the mistake is a common one.
  static Result<JavaRegex> compile(const std::string& pattern);

  /// Matcher.matches(). Error kind kBadRecord if the pattern is too expensive to tell.
  Result<bool> matches(std::string_view text) const;

  /// Matcher.replaceFirst(): `$1`, `${name}` and `\` as Java takes them. Without a match the text itself.
  /// Error kind kBadRecord with Java's exceptions for references to what is not there.
  Result<std::string> replace_first(std::string_view text, std::string_view replacement) const;

  /// Number of groups.
  uint32_t groups() const { return groups_; }

 private:
  struct CodeDelete {
    void operator()(pcre2_real_code_8* code) const;
  };
  using Code = std::unique_ptr<pcre2_real_code_8, CodeDelete>;
  static Result<Code> compile_code(const std::string& java, const std::string& pattern, uint32_t options);

  std::string pattern_;
  Code whole_;
  Code find_;
  uint32_t groups_ = 0;
};

}  // namespace sluice
