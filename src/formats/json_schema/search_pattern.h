#pragma once
// Regular expressions of JSON Schema: ECMA 262's, found anywhere in a text. On PCRE2.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct pcre2_real_code_8;
struct pcre2_real_match_data_8;
struct pcre2_real_match_context_8;

namespace sluice::json_schema {

/// What a search writes to. One thread.
class SearchScratch {
 public:
  SearchScratch();

 private:
  friend class SearchPattern;
  struct Delete {
    void operator()(pcre2_real_match_data_8* data) const;
    void operator()(pcre2_real_match_context_8* context) const;
  };
  std::unique_ptr<pcre2_real_match_data_8, Delete> data_;
  std::unique_ptr<pcre2_real_match_context_8, Delete> context_;
};

/// Immutable; threads may share it.
class SearchPattern {
 public:
  /// Error kind kBadRecord with the place of the mistake.
  static Result<SearchPattern> compile(std::string_view pattern);

  /// False too if the pattern is too expensive to tell.
  bool found_in(std::string_view text, SearchScratch& scratch) const;

 private:
  struct Delete {
    void operator()(pcre2_real_code_8* code) const;
  };
  explicit SearchPattern(pcre2_real_code_8* code) : code_(code) {}
  std::unique_ptr<pcre2_real_code_8, Delete> code_;
};

}  // namespace sluice::json_schema
