#include "kafka/topic_pattern.h"

#include <fmt/core.h>

#include <array>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace sluice::kafka {
namespace {

// A topic name has at most 249 characters; what needs more steps than this is a runaway pattern.
constexpr uint32_t kStepsMax = 1'000'000;

std::string error_text(int code) {
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(code, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

template <auto destroy>
struct Delete {
  template <typename T>
  void operator()(T* object) const {
    destroy(object);
  }
};

}  // namespace

void TopicPattern::CodeDelete::operator()(pcre2_real_code_8* code) const { pcre2_code_free(code); }

TopicPattern::TopicPattern(std::string pattern, pcre2_real_code_8* code)
    : pattern_(std::move(pattern)), code_(code) {}

Result<TopicPattern> TopicPattern::compile(const std::string& pattern) {
  int code = 0;
  PCRE2_SIZE place = 0;
  auto* compiled = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                 PCRE2_ANCHORED | PCRE2_ENDANCHORED, &code, &place, nullptr);
  if (compiled == nullptr) {
    return bad_config(
        fmt::format("Invalid topic pattern '{}': {} at character {}", pattern, error_text(code), place));
  }
  return TopicPattern(pattern, compiled);
}

Result<bool> TopicPattern::matches(std::string_view topic) const {
  const std::unique_ptr<pcre2_match_data, Delete<pcre2_match_data_free>> data(
      pcre2_match_data_create(1, nullptr));
  const std::unique_ptr<pcre2_match_context, Delete<pcre2_match_context_free>> context(
      pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(context.get(), kStepsMax);
  const int found = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(topic.data()), topic.size(), 0, 0,
                                data.get(), context.get());
  if (found >= 0) return true;
  if (found == PCRE2_ERROR_NOMATCH) return false;
  return bad_config(fmt::format("Topic pattern '{}' cannot be matched against topic {}: {}", pattern_, topic,
                                error_text(found)));
}

}  // namespace sluice::kafka
