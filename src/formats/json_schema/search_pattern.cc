#include "formats/json_schema/search_pattern.h"

#include <fmt/format.h>

#include <array>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace sluice::json_schema {
namespace {

// A pattern that needs more steps for a text is a runaway.
constexpr uint32_t kStepsMax = 1'000'000;
constexpr uint32_t kLikeEcma = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_ALT_BSUX | PCRE2_DOLLAR_ENDONLY |
                               PCRE2_MATCH_UNSET_BACKREF | PCRE2_ALLOW_EMPTY_CLASS;

PCRE2_SPTR units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

}  // namespace

void SearchScratch::Delete::operator()(pcre2_real_match_data_8* data) const { pcre2_match_data_free(data); }
void SearchScratch::Delete::operator()(pcre2_real_match_context_8* context) const {
  pcre2_match_context_free(context);
}
void SearchPattern::Delete::operator()(pcre2_real_code_8* code) const { pcre2_code_free(code); }

SearchScratch::SearchScratch()
    : data_(pcre2_match_data_create(1, nullptr)), context_(pcre2_match_context_create(nullptr)) {
  pcre2_set_match_limit(context_.get(), kStepsMax);
}

Result<SearchPattern> SearchPattern::compile(std::string_view pattern) {
  int code = 0;
  PCRE2_SIZE place = 0;
  auto* compiled = pcre2_compile(units(pattern), pattern.size(), kLikeEcma, &code, &place, nullptr);
  if (compiled == nullptr) {
    std::array<PCRE2_UCHAR, 256> message{};
    pcre2_get_error_message(code, message.data(), message.size());
    return bad_record(fmt::format("Invalid pattern '{}' in the JSON Schema: {} at character {}", pattern,
                                  reinterpret_cast<const char*>(message.data()), place));
  }
  pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);  // where there is no JIT it runs without
  return SearchPattern(compiled);
}

bool SearchPattern::found_in(std::string_view text, SearchScratch& scratch) const {
  const std::string_view there = text.data() == nullptr ? std::string_view("", 0) : text;
  return pcre2_match(code_.get(), units(there), there.size(), 0, 0, scratch.data_.get(),
                     scratch.context_.get()) >= 0;
}

}  // namespace sluice::json_schema
