#define PCRE2_CODE_UNIT_WIDTH 8
#include "connectors/sql/pattern.h"

#include <fmt/core.h>
#include <pcre2.h>

namespace sluice::connectors::sql {
namespace {

constexpr uint32_t kMatchStepsMax = 1'000'000;  // a regular expression must not hang a worker

struct MatchDeleter {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

}  // namespace

struct Pattern::Code {
  pcre2_code* code;
  explicit Code(pcre2_code* compiled) : code(compiled) {}
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;
  ~Code() { pcre2_code_free(code); }
};

Result<Pattern> Pattern::compile(const std::string& expression) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(),
                                   PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED, &error, &offset, nullptr);
  if (code == nullptr) {
    PCRE2_UCHAR text[128];
    pcre2_get_error_message(error, text, sizeof(text));
    return bad_config(fmt::format("'{}' is no regular expression: {} at character {}", expression,
                                  reinterpret_cast<const char*>(text), offset));
  }
  Pattern pattern;
  pattern.code_ = std::make_shared<const Code>(code);
  return pattern;
}

bool Pattern::matches(std::string_view text) const {
  const std::unique_ptr<pcre2_match_data, MatchDeleter> data(pcre2_match_data_create(1, nullptr));
  const std::unique_ptr<pcre2_match_context, MatchDeleter> context(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(context.get(), kMatchStepsMax);
  return pcre2_match(code_->code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, data.get(),
                     context.get()) >= 0;
}

}  // namespace sluice::connectors::sql
