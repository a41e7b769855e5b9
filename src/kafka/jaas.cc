#include "kafka/jaas.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace sluice::kafka {
namespace {

enum class TokenKind : uint8_t { kWord, kQuoted, kNumber, kSymbol, kEnd };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;
  bool is(char symbol) const { return kind == TokenKind::kSymbol && text[0] == symbol; }
  bool has_text() const { return kind == TokenKind::kWord || kind == TokenKind::kQuoted; }
};

bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '.' || c == '-' || c == '_' || c == '$' || byte >= 0xA0;
}

bool is_octal(char c) { return c >= '0' && c <= '7'; }

// The tokens of java.io.StreamTokenizer, as Kafka's JaasConfig sets it up.
class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text) : text_(text) {}

  Token next() {
    skip_space_and_comments();
    if (at_ == text_.size()) return {};
    const char c = text_[at_];
    if (c == '"' || c == '\'') return quoted(c);
    if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.') {
      if (auto number = number_token()) return *number;
    }
    if (!is_word(c)) {
      ++at_;
      return {TokenKind::kSymbol, std::string(1, c)};
    }
    const size_t start = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return {TokenKind::kWord, std::string(text_.substr(start, at_ - start))};
  }

 private:
  bool starts_with(std::string_view prefix) const { return text_.substr(at_, prefix.size()) == prefix; }

  void skip_space_and_comments() {
    while (at_ < text_.size()) {
      if (static_cast<unsigned char>(text_[at_]) <= ' ') {
        ++at_;
      } else if (starts_with("//")) {
        at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
      } else if (starts_with("/*")) {
        const size_t end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  // Java's tokenizer takes a leading number by itself, without a text; the rest is the next token.
  std::optional<Token> number_token() {
    size_t end = at_ + (text_[at_] == '-' ? 1 : 0);
    const size_t digits = end;
    bool dot = false;
    while (end < text_.size() &&
           (std::isdigit(static_cast<unsigned char>(text_[end])) != 0 || (text_[end] == '.' && !dot))) {
      dot = dot || text_[end] == '.';
      ++end;
    }
    const auto number = text_.substr(digits, end - digits);
    if (number.empty() || number == ".") return std::nullopt;
    at_ = end;
    return Token{TokenKind::kNumber, {}};
  }

  Token quoted(char quote) {
    ++at_;
    Token token{TokenKind::kQuoted, {}};
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n' && text_[at_] != '\r') {
      token.text.push_back(text_[at_] == '\\' ? escaped() : text_[at_++]);
    }
    if (at_ < text_.size() && text_[at_] == quote) ++at_;
    return token;
  }

  char escaped() {
    ++at_;
    if (at_ == text_.size()) return '\\';
    const char c = text_[at_++];
    switch (c) {
      case 'a':
        return '\a';
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'v':
        return '\v';
      default:
        return is_octal(c) ? octal(c) : c;
    }
  }

  char octal(char first) {
    int value = first - '0';
    const size_t digits_max = first <= '3' ? 2 : 1;
    for (size_t i = 0; i < digits_max && at_ < text_.size() && is_octal(text_[at_]); ++i) {
      value = value * 8 + (text_[at_++] - '0');
    }
    return static_cast<char>(value);
  }

  std::string_view text_;
  size_t at_ = 0;
};

bool is_control_flag(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower == "required" || lower == "requisite" || lower == "sufficient" || lower == "optional";
}

Error bad_jaas(std::string_view why) {
  return bad_config(fmt::format("Invalid value [hidden] for configuration sasl.jaas.config: {}", why));
}

// One entry, from its class name (already read) to the semicolon.
Result<JaasModule> parse_entry(const Token& first, Tokenizer& tokens) {
  if (!first.has_text()) return bad_jaas("Login module not specified in JAAS config");
  JaasModule module{first.text, {}};
  const Token flag = tokens.next();
  if (flag.kind == TokenKind::kEnd) return bad_jaas("Login module control flag not specified in JAAS config");
  if (!flag.has_text() || !is_control_flag(flag.text)) {
    return bad_jaas(
        "Login module control flag is not one of required, requisite, sufficient, optional in JAAS config");
  }
  for (Token key = tokens.next(); !key.is(';'); key = tokens.next()) {
    if (key.kind == TokenKind::kEnd) return bad_jaas("JAAS config entry not terminated by semi-colon");
    // Without "=" this may be the rest of a badly quoted password: not shown.
    if (!key.has_text() || !tokens.next().is('=')) {
      return bad_jaas(
          "JAAS config options are key=\"value\" pairs; quote values that hold spaces or symbols");
    }
    Token value = tokens.next();
    if (!value.has_text()) {
      return bad_jaas(fmt::format("Value not specified for key '{}' in JAAS config", key.text));
    }
    module.options.insert_or_assign(key.text, std::move(value.text));
  }
  return module;
}

}  // namespace

Result<JaasModule> parse_jaas(std::string_view text) {
  Tokenizer tokens(text);
  std::optional<JaasModule> found;
  size_t modules = 0;
  for (Token first = tokens.next(); first.kind != TokenKind::kEnd; first = tokens.next()) {
    SLUICE_ASSIGN_OR_RETURN(found, parse_entry(first, tokens));
    ++modules;
  }
  if (modules == 0) return bad_jaas("Login module not specified in JAAS config");
  if (modules > 1) {
    return bad_jaas(
        fmt::format("JAAS config property contains {} login modules, should be 1 module", modules));
  }
  return *std::move(found);
}

}  // namespace sluice::kafka
