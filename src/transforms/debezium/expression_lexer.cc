#include "transforms/debezium/expression_lexer.h"

#include <array>
#include <utility>

namespace sluice::transforms::debezium {
namespace {

/// A chain of so many operators is still evaluated on the stack.
constexpr size_t kTokensMax = 5000;

/// Longer ones first.
constexpr std::array kSymbols = {"===", "!==", "==~", "!in", "==", "!=", "<=", ">=", "&&", "||",
                                 "=~",  "?.",  "?:",  "<",   ">",  "!",  "+",  "-",  "*",  "/",
                                 "%",   "?",   ":",   ".",   ",",  "(",  ")",  "[",  "]",  ";"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Lexer {
 public:
  Lexer(std::string_view text, Expression::Language language) : text_(text), language_(language) {}

  Result<std::vector<Token>> run() {
    while (true) {
      while (at_ < text_.size() && is_space(text_[at_])) ++at_;
      if (at_ == text_.size()) break;
      SLUICE_RETURN_IF_ERROR(next());
      if (tokens_.size() > kTokensMax) return problem("The expression is too long");
    }
    add(Token::Kind::kEnd, "");
    return std::move(tokens_);
  }

 private:
  char ahead(size_t by) const { return at_ + by < text_.size() ? text_[at_ + by] : '\0'; }
  void add(Token::Kind kind, std::string text) { tokens_.push_back({kind, std::move(text), at_ + 1}); }
  Error problem(std::string_view what) const {
    return bad_config(std::string(what).append(" at column ").append(std::to_string(at_ + 1)));
  }

  Status next() {
    const char c = text_[at_];
    if (is_letter(c) || c == '$') return name();
    if (is_digit(c)) return number();
    if (c == '\'' || c == '"' || c == '`') return quoted(c);
    if (c == '/' && starts_operand()) return quoted(c);
    for (const std::string_view symbol : kSymbols) {
      if (!text_.substr(at_).starts_with(symbol)) continue;
      if (symbol == "!in" && is_letter(ahead(3))) continue;  // !index
      add(Token::Kind::kSymbol, std::string(symbol));
      at_ += symbol.size();
      return {};
    }
    return problem(std::string("'") + c +
                   "' cannot stand here (Sluice reads one expression, no statements),");
  }

  /// Whether a slash would begin a pattern rather than divide.
  bool starts_operand() const {
    if (tokens_.empty()) return true;
    const Token& last = tokens_.back();
    return last.kind == Token::Kind::kSymbol && last.text != ")" && last.text != "]";
  }

  Status name() {
    const size_t start = at_;
    size_t end = at_;
    while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]) || text_[end] == '$')) ++end;
    add(Token::Kind::kName, std::string(text_.substr(start, end - start)));
    at_ = end;
    return {};
  }

  Status number() {
    size_t end = at_;
    while (end < text_.size() && is_digit(text_[end])) ++end;
    bool is_float = false;
    if (end + 1 < text_.size() && text_[end] == '.' && is_digit(text_[end + 1])) {
      is_float = true;
      for (++end; end < text_.size() && is_digit(text_[end]);) ++end;
    }
    add(is_float ? Token::Kind::kFloat : Token::Kind::kInteger, std::string(text_.substr(at_, end - at_)));
    at_ = end;
    if (at_ < text_.size() && std::string_view("lLgGdDfFiI").find(text_[at_]) != std::string_view::npos)
      ++at_;
    if (at_ < text_.size() && is_letter(text_[at_])) return problem("A number is followed by a letter");
    return {};
  }

  bool interpolates(char quote) const {
    return quote == '`' || (quote == '"' && language_ == Expression::Language::kGroovy);
  }

  Status quoted(char quote) {
    Token token{Token::Kind::kText, "", at_ + 1, {}};
    std::string part;
    for (++at_; at_ < text_.size() && text_[at_] != quote;) {
      if (interpolates(quote) && text_[at_] == '$' && (ahead(1) == '{' || is_letter(ahead(1)))) {
        token.kind = Token::Kind::kTemplate;
        token.parts.push_back(std::exchange(part, {}));
        SLUICE_RETURN_IF_ERROR(interpolation(token));
      } else if (text_[at_] == '\\' && quote != '/') {
        SLUICE_RETURN_IF_ERROR(escape(part));
      } else if (text_[at_] == '\\' && ahead(1) == '/') {
        part += '/';
        at_ += 2;
      } else {
        part += text_[at_++];
      }
    }
    if (at_ == text_.size()) return problem(std::string("The text has no closing ") + quote + ",");
    ++at_;
    if (token.kind == Token::Kind::kTemplate) {
      token.parts.push_back(std::move(part));
    } else {
      token.text = std::move(part);
    }
    tokens_.push_back(std::move(token));
    return {};
  }

  Status escape(std::string& to) {
    const char c = ahead(1);
    switch (c) {
      case 'n':
        to += '\n';
        break;
      case 't':
        to += '\t';
        break;
      case 'r':
        to += '\r';
        break;
      case '\\':
      case '\'':
      case '"':
      case '`':
      case '$':
      case '/':
        to += c;
        break;
      default:
        return problem(std::string("The escape \\") + (c == '\0' ? ' ' : c) + " is not known,");
    }
    at_ += 2;
    return {};
  }

  /// `${expression}` or `$name.name`.
  Status interpolation(Token& token) {
    if (ahead(1) == '{') {
      const size_t end = text_.find('}', at_);
      if (end == std::string_view::npos) return problem("${ has no closing },");
      token.parts.emplace_back(text_.substr(at_ + 2, end - at_ - 2));
      at_ = end + 1;
      return {};
    }
    size_t end = at_ + 1;
    const auto is_part = [&](size_t i) {
      return i < text_.size() && (is_letter(text_[i]) || is_digit(text_[i]));
    };
    while (is_part(end) || (end < text_.size() && text_[end] == '.' && is_part(end + 1))) ++end;
    token.parts.emplace_back(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end;
    return {};
  }

  std::string_view text_;
  Expression::Language language_;
  size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view text, Expression::Language language) {
  return Lexer(text, language).run();
}

}  // namespace sluice::transforms::debezium
