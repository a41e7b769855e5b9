#include "base/java_regex.h"

#include <fmt/core.h>

#include <array>
#include <span>
#include <utility>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace sluice {
namespace {

constexpr uint32_t kStepsMax = 1'000'000;  // names of topics are short; what needs more is a runaway pattern
constexpr std::string_view kIllegalArgument = "java.lang.IllegalArgumentException";

PCRE2_SPTR bytes_of(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

struct MatchDelete {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
using MatchData = std::unique_ptr<pcre2_match_data, MatchDelete>;

struct ContextDelete {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

/// Java's named classes that PCRE2 does not know, as what stands between brackets.
constexpr std::pair<std::string_view, std::string_view> kClasses[] = {{"Lower", "a-z"},
                                                                      {"Upper", "A-Z"},
                                                                      {"ASCII", "\\x00-\\x7F"},
                                                                      {"Alpha", "a-zA-Z"},
                                                                      {"Digit", "0-9"},
                                                                      {"Alnum", "a-zA-Z0-9"},
                                                                      {"Punct", "!-/:-@\\[-`{-~"},
                                                                      {"Graph", "!-~"},
                                                                      {"Print", " -~"},
                                                                      {"Blank", " \\t"},
                                                                      {"Cntrl", "\\x00-\\x1F\\x7F"},
                                                                      {"XDigit", "0-9a-fA-F"},
                                                                      {"Space", " \\t\\n\\x0B\\f\\r"}};

/// The class that `\p{…}` at `at` names, and how long the text is; empty if PCRE2 knows it itself.
std::string_view java_class_at(std::string_view pattern, size_t at, size_t& length) {
  for (const auto& [name, content] : kClasses) {
    const std::string text = fmt::format("{{{}}}", name);
    if (pattern.substr(at + 2).starts_with(text)) {
      length = 2 + text.size();
      return content;
    }
  }
  return {};
}

/// Java's syntax in PCRE2's where the two differ.
class Translator {
 public:
  explicit Translator(std::string_view pattern) : pattern_(pattern) {}

  /// Error kind kBadConfig for what PCRE2 would take for something else.
  Result<std::string> run() {
    while (at_ < pattern_.size()) {
      const char c = pattern_[at_];
      if (c == '\\' && at_ + 1 < pattern_.size()) {
        take_escape();
        continue;
      }
      if (class_start_ != kOutside) {
        const bool first = at_ == class_start_;
        if (c == '[' || pattern_.substr(at_).starts_with("&&")) return unknown_class();
        if (c == ']' && !first) class_start_ = kOutside;
      } else if (c == '[') {
        class_start_ = at_ + (pattern_.substr(at_ + 1).starts_with('^') ? 2 : 1);
        take(class_start_ - at_);
        continue;
      }
      take(1);
    }
    return out_;
  }

 private:
  static constexpr size_t kOutside = std::string_view::npos;

  void take(size_t count) {
    out_.append(pattern_.substr(at_, count));
    at_ += count;
  }

  void take_escape() {
    const char next = pattern_[at_ + 1];
    if (next == 'Q') {  // literally up to \E, in both
      const size_t end = pattern_.find("\\E", at_);
      return take(end == std::string_view::npos ? pattern_.size() - at_ : end + 2 - at_);
    }
    if (next == 'u' && at_ + 6 <= pattern_.size()) {
      out_.append("\\x{").append(pattern_.substr(at_ + 2, 4)).append("}");
      at_ += 6;
      return;
    }
    const bool inside = class_start_ != kOutside;
    size_t length = 0;
    if (next == 'p' || (next == 'P' && !inside)) {
      if (const std::string_view content = java_class_at(pattern_, at_, length); !content.empty()) {
        out_.append(inside ? "" : next == 'p' ? "[" : "[^").append(content).append(inside ? "" : "]");
        at_ += length;
        return;
      }
    }
    take(2);
  }

  Error unknown_class() const {
    return bad_config(
        fmt::format("Unions and intersections of character classes ([a[b]], [a&&b]) are not known here; "
                    "write them as one "
                    "class, or a bracket that is meant as \\[ near index {}\n{}",
                    at_, pattern_));
  }

  const std::string_view pattern_;
  std::string out_;
  size_t at_ = 0;
  size_t class_start_ = kOutside;  // of the content of the class that is open
};

/// PatternSyntaxException's message; the place may lie outside the pattern.
std::string syntax_text(std::string_view description, int64_t index, const std::string& pattern) {
  std::string text(description);
  if (index >= 0) text.append(fmt::format(" near index {}", index));
  text.append("\n").append(pattern);
  if (index >= 0 && index < static_cast<int64_t>(pattern.size()))
    text.append("\n").append(static_cast<size_t>(index), ' ').append("^");
  return text;
}

/// Java's words for the mistakes that are made most.
std::string mistake_text(const std::string& pattern, int code, size_t place) {
  const auto at = static_cast<int64_t>(place);
  const auto end = static_cast<int64_t>(pattern.size());
  switch (code) {
    case 101:
      return syntax_text("Unexpected internal error", end, pattern);
    case 104:
      return syntax_text("Illegal repetition range", at, pattern);
    case 106:
      return syntax_text("Unclosed character class", end - 1, pattern);
    case 109: {
      const size_t repeat = place > 0 ? place - 1 : 0;
      return syntax_text(fmt::format("Dangling meta character '{}'", pattern[repeat]),
                         static_cast<int64_t>(repeat), pattern);
    }
    case 114:
      return syntax_text("Unclosed group", end, pattern);
    case 122:
      return syntax_text("Unmatched closing ')'", at - 1, pattern);
    default: {
      std::array<PCRE2_UCHAR, 256> message{};
      pcre2_get_error_message(code, message.data(), message.size());
      return syntax_text(reinterpret_cast<const char*>(message.data()), at, pattern);
    }
  }
}

Error illegal_argument(std::string message) {
  return bad_record(std::move(message)).as_java(kIllegalArgument);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The result of one match: texts of groups.
class Groups {
 public:
  Groups(std::string_view text, pcre2_match_data* data, const pcre2_code* code, uint32_t count)
      : text_(text), places_(pcre2_get_ovector_pointer(data)), code_(code), count_(count) {}

  uint32_t count() const { return count_; }
  size_t start() const { return places_[0]; }
  size_t end() const { return places_[1]; }
  std::string_view text(uint32_t group) const {
    const size_t start = places_[2 * group];
    if (start == PCRE2_UNSET) return {};
    return text_.substr(start, places_[2 * group + 1] - start);
  }
  /// Negative if there is no group of that name.
  int find(const std::string& name) const { return pcre2_substring_number_from_name(code_, bytes_of(name)); }

 private:
  std::string_view text_;
  const PCRE2_SIZE* places_;
  const pcre2_code* code_;
  uint32_t count_;
};

/// `${name}` after its brace; `at` moves behind the closing one.
Status append_named(std::string& out, std::string_view replacement, size_t& at, const Groups& groups) {
  std::string name;
  while (at < replacement.size() && (is_letter(replacement[at]) || is_digit(replacement[at]))) {
    name.push_back(replacement[at++]);
  }
  if (name.empty()) return illegal_argument("named capturing group is missing trailing '}'");
  if (at == replacement.size() || replacement[at] != '}')
    return illegal_argument("named capturing group is missing trailing '}'");
  if (is_digit(name[0]))
    return illegal_argument(fmt::format("capturing group name {{{}}} starts with digit character", name));
  const int group = groups.find(name);
  if (group < 0) return illegal_argument(fmt::format("No group with name {{{}}}", name));
  ++at;
  out.append(groups.text(static_cast<uint32_t>(group)));
  return {};
}

/// What follows a `$`: as many digits as there is a group for.
Status append_group(std::string& out, std::string_view replacement, size_t& at, const Groups& groups) {
  if (at == replacement.size()) return illegal_argument("Illegal group reference: group index is missing");
  if (replacement[at] == '{') return append_named(out, replacement, ++at, groups);
  if (!is_digit(replacement[at])) return illegal_argument("Illegal group reference");
  auto group = static_cast<uint32_t>(replacement[at++] - '0');
  if (group > groups.count())
    return bad_record(fmt::format("No group {}", group)).as_java("java.lang.IndexOutOfBoundsException");
  while (at < replacement.size() && is_digit(replacement[at])) {
    const uint32_t longer = group * 10 + static_cast<uint32_t>(replacement[at] - '0');
    if (longer > groups.count()) break;
    group = longer;
    ++at;
  }
  out.append(groups.text(group));
  return {};
}

Status append_replacement(std::string& out, std::string_view replacement, const Groups& groups) {
  for (size_t at = 0; at < replacement.size();) {
    const char c = replacement[at++];
    if (c == '\\') {
      if (at == replacement.size()) return illegal_argument("character to be escaped is missing");
      out.push_back(replacement[at++]);
    } else if (c == '$') {
      SLUICE_RETURN_IF_ERROR(append_group(out, replacement, at, groups));
    } else {
      out.push_back(c);
    }
  }
  return {};
}

Result<bool> run(const pcre2_code* code, std::string_view text, pcre2_match_data* data,
                 const std::string& pattern) {
  const std::unique_ptr<pcre2_match_context, ContextDelete> context(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(context.get(), kStepsMax);
  const int found = pcre2_match(code, bytes_of(text), text.size(), 0, 0, data, context.get());
  if (found >= 0) return true;
  if (found == PCRE2_ERROR_NOMATCH) return false;
  std::array<PCRE2_UCHAR, 256> message{};
  pcre2_get_error_message(found, message.data(), message.size());
  return bad_record(fmt::format("The pattern '{}' cannot be matched against {}: {}", pattern, text,
                                reinterpret_cast<const char*>(message.data())));
}

}  // namespace

void JavaRegex::CodeDelete::operator()(pcre2_real_code_8* code) const { pcre2_code_free(code); }

Result<JavaRegex::Code> JavaRegex::compile_code(const std::string& java, const std::string& pattern,
                                                uint32_t options) {
  int code = 0;
  PCRE2_SIZE place = 0;
  Code compiled(pcre2_compile(bytes_of(pattern), pattern.size(),
                              options | PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &code, &place, nullptr));
  if (!compiled) return bad_config(mistake_text(java, code, place));
  return compiled;
}

Result<JavaRegex> JavaRegex::compile(const std::string& pattern) {
  SLUICE_ASSIGN_OR_RETURN(const std::string translated, Translator(pattern).run());
  JavaRegex regex;
  regex.pattern_ = pattern;
  SLUICE_ASSIGN_OR_RETURN(regex.find_, compile_code(pattern, translated, 0));
  SLUICE_ASSIGN_OR_RETURN(regex.whole_,
                          compile_code(pattern, translated, PCRE2_ANCHORED | PCRE2_ENDANCHORED));
  pcre2_pattern_info(regex.find_.get(), PCRE2_INFO_CAPTURECOUNT, &regex.groups_);
  return regex;
}

Result<bool> JavaRegex::matches(std::string_view text) const {
  const MatchData data(pcre2_match_data_create(1, nullptr));
  return run(whole_.get(), text, data.get(), pattern_);
}

Result<std::string> JavaRegex::replace_first(std::string_view text, std::string_view replacement) const {
  const MatchData data(pcre2_match_data_create_from_pattern(find_.get(), nullptr));
  SLUICE_ASSIGN_OR_RETURN(const bool found, run(find_.get(), text, data.get(), pattern_));
  if (!found) return std::string(text);
  const Groups groups(text, data.get(), find_.get(), groups_);
  std::string out(text.substr(0, groups.start()));
  SLUICE_RETURN_IF_ERROR(append_replacement(out, replacement, groups));
  out.append(text.substr(groups.end()));
  return out;
}

}  // namespace sluice
