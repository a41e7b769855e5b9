#include "connectors/cdc/mysql/sql_lexer.h"

#include <algorithm>

namespace sluice::connectors::cdc::mysql {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
bool is_word_char(char c) {
  return is_digit(c) || (upper(c) >= 'A' && upper(c) <= 'Z') || c == '_' || c == '$' || (c & 0x80) != 0;
}

class Lexer {
 public:
  Lexer(std::string_view sql, bool ansi_quotes) : sql_(sql), ansi_quotes_(ansi_quotes) {}

  std::vector<Token> run() {
    for (;;) {
      skip_blanks();
      if (at_ >= sql_.size()) break;
      read_token();
    }
    tokens_.push_back({TokenKind::kEnd, "", sql_.size(), sql_.size()});
    return std::move(tokens_);
  }

 private:
  char at(size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }

  void skip_blanks() {
    for (;;) {
      if (at_ < sql_.size() && is_space(at())) {
        ++at_;
      } else if (at() == '#' || (at() == '-' && at(1) == '-' && (is_space(at(2)) || at(2) == '\0'))) {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else if (at() == '/' && at(1) == '*') {
        skip_comment();
      } else if (in_code_comment_ && at() == '*' && at(1) == '/') {
        in_code_comment_ = false;
        at_ += 2;
      } else {
        return;
      }
    }
  }

  void skip_comment() {
    const bool mariadb = at(2) == 'M' && at(3) == '!';
    if (at(2) != '!' && !mariadb) {
      const size_t end = sql_.find("*/", at_ + 2);
      at_ = end == std::string_view::npos ? sql_.size() : end + 2;
      return;
    }
    in_code_comment_ = true;
    at_ += mariadb ? 4 : 3;
    while (is_digit(at())) ++at_;
  }

  void read_token() {
    const char c = at();
    if (c == '`' || (c == '"' && ansi_quotes_)) return read_quoted(TokenKind::kName, false);
    if (c == '\'' || c == '"') return read_quoted(TokenKind::kString, true);
    if (is_digit(c) || (c == '.' && is_digit(at(1)) && !follows_name())) return read_number();
    if (is_word_char(c) || c == '@') return read_word();
    tokens_.push_back({TokenKind::kSymbol, std::string(1, c), at_, at_ + 1});
    ++at_;
  }

  /// "t.1x" is a name behind a point.
  bool follows_name() const {
    return !tokens_.empty() && tokens_.back().end == at_ &&
           (tokens_.back().kind == TokenKind::kName || tokens_.back().kind == TokenKind::kWord);
  }

  void read_quoted(TokenKind kind, bool escapes) {
    const char quote = at();
    Token token{kind, "", at_, 0};
    for (++at_; at_ < sql_.size(); ++at_) {
      if (at() == quote) {
        if (at(1) != quote) break;
        ++at_;
      } else if (escapes && at() == '\\' && at_ + 1 < sql_.size()) {
        ++at_;
        token.text += unescaped(at());
        continue;
      }
      token.text += at();
    }
    at_ = std::min(at_ + 1, sql_.size());
    token.end = at_;
    tokens_.push_back(std::move(token));
  }

  static char unescaped(char c) {
    switch (c) {
      case '0':
        return '\0';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'b':
        return '\b';
      case 'Z':
        return '\x1a';
      default:
        return c;
    }
  }

  void read_number() {
    const size_t begin = at_;
    const bool after_point = begin > 0 && sql_[begin - 1] == '.';
    while (is_digit(at())) ++at_;
    // Names may begin with digits.
    if (is_word_char(at()) && (after_point || !is_exponent())) {
      at_ = begin;
      return read_word();
    }
    if (at() == '.') {
      ++at_;
      while (is_digit(at())) ++at_;
    }
    if (is_exponent()) {
      at_ += is_digit(at(1)) ? 1 : 2;
      while (is_digit(at())) ++at_;
    }
    add(TokenKind::kNumber, begin);
  }

  bool is_exponent() const {
    return upper(at()) == 'E' && (is_digit(at(1)) || ((at(1) == '-' || at(1) == '+') && is_digit(at(2))));
  }

  void read_word() {
    const size_t begin = at_;
    while (is_word_char(at()) || at() == '@') ++at_;
    const std::string_view word = sql_.substr(begin, at_ - begin);
    const bool hexadecimal = word.size() > 2 && word[0] == '0' && (word[1] == 'x' || word[1] == 'b');
    add(hexadecimal ? TokenKind::kNumber : TokenKind::kWord, begin);
  }

  void add(TokenKind kind, size_t begin) {
    tokens_.push_back({kind, std::string(sql_.substr(begin, at_ - begin)), begin, at_});
  }

  const std::string_view sql_;
  const bool ansi_quotes_;
  size_t at_ = 0;
  bool in_code_comment_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokens_of(std::string_view sql, bool ansi_quotes) { return Lexer(sql, ansi_quotes).run(); }

const Token& TokenReader::take() {
  const Token& token = peek();
  if (at_ + 1 < tokens_->size()) ++at_;
  return token;
}

bool TokenReader::is(std::string_view word, size_t ahead) const {
  const Token& token = peek(ahead);
  if (token.kind != TokenKind::kWord && token.kind != TokenKind::kSymbol) return false;
  return std::equal(token.text.begin(), token.text.end(), word.begin(), word.end(),
                    [](char a, char b) { return upper(a) == b; });
}

bool TokenReader::take_if(std::string_view word) {
  if (!is(word)) return false;
  take();
  return true;
}

bool TokenReader::take_all(std::initializer_list<std::string_view> words) {
  size_t ahead = 0;
  for (const std::string_view word : words) {
    if (!is(word, ahead++)) return false;
  }
  for (size_t i = 0; i < words.size(); ++i) take();
  return true;
}

bool TokenReader::is_name(size_t ahead) const {
  return peek(ahead).kind == TokenKind::kWord || peek(ahead).kind == TokenKind::kName;
}

void TokenReader::skip_parentheses() {
  int depth = 0;
  do {
    if (is("(")) ++depth;
    if (is(")")) --depth;
    take();
  } while (depth > 0 && !at_end());
}

void TokenReader::skip_to_separator() {
  while (!at_end() && !is(",") && !is(")")) {
    if (is("(")) {
      skip_parentheses();
    } else {
      take();
    }
  }
}

}  // namespace sluice::connectors::cdc::mysql
