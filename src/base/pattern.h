#pragma once
// A topic subscription by regular expression, with Java's full-match semantics.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct pcre2_real_code_8;

namespace sluice::kafka {

class TopicPattern {
 public:
  /// Error kind kBadConfig with the place of the mistake.
  static Result<TopicPattern> compile(const std::string& pattern);

  /// True if the whole of `topic` matches. Error kind kBadConfig if the pattern is too expensive to tell.
  Result<bool> matches(std::string_view topic) const;

 private:
  struct CodeDelete {
    void operator()(pcre2_real_code_8* code) const;
  };
  explicit TopicPattern(std::string pattern, pcre2_real_code_8* code);

  std::string pattern_;
  std::unique_ptr<pcre2_real_code_8, CodeDelete> code_;
};

}  // namespace sluice::kafka
