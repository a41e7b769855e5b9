#include "base/pattern.h"

#include <fmt/core.h>

#include <array>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace sluice {
namespace {

// Names of topics, headers and variables are short; what needs more steps than this is a runaway pattern.
constexpr uint32_t kStepsMax = 1'000'000;

std::string error_text(int code) {
  std::array<PCRE2_UCHAR, 256> message{};
  pcre2_get_error_message(code, message.data(), message.size());
  return reinterpret_cast<const char*>(message.data());
}

template <auto destroy>
struct Delete {
  template <typename T>
  void operator()(T* object) const {
    destroy(object);
  }
};

}  // namespace

void Pattern::CodeDelete::operator()(pcre2_real_code_8* code) const { pcre2_code_free(code); }

Pattern::Pattern(std::string pattern, pcre2_real_code_8* code) : pattern_(std::move(pattern)), code_(code) {}

Result<Pattern> Pattern::compile(const std::string& pattern) {
  int code = 0;
  PCRE2_SIZE place = 0;
  auto* compiled = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                 PCRE2_ANCHORED | PCRE2_ENDANCHORED, &code, &place, nullptr);
  if (compiled == nullptr) {
    return bad_config(
        fmt::format("Invalid pattern '{}': {} at character {}", pattern, error_text(code), place));
  }
  return Pattern(pattern, compiled);
}

Result<bool> Pattern::matches(std::string_view text) const {
  const std::unique_ptr<pcre2_match_data, Delete<pcre2_match_data_free>> data(
      pcre2_match_data_create(1, nullptr));
  const std::unique_ptr<pcre2_match_context, Delete<pcre2_match_context_free>> context(
      pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(context.get(), kStepsMax);
  const int found = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0,
                                data.get(), context.get());
  if (found >= 0) return true;
  if (found == PCRE2_ERROR_NOMATCH) return false;
  return bad_config(
      fmt::format("Pattern '{}' cannot be matched against {}: {}", pattern_, text, error_text(found)));
}

}  // namespace sluice
