#pragma once
// Tokens of MySQL's and MariaDB's SQL (MySQL manual, "Language Structure"). Code in comments that only some
// versions run (/*!50100 … */, /*M! … */) is taken for code.

#include <string>
#include <string_view>
#include <vector>

namespace sluice::connectors::cdc::mysql {

enum class TokenKind : unsigned char { kWord, kName, kString, kNumber, kSymbol, kEnd };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  /// Words and symbols as they stand; names and strings without quotes and escapes.
  std::string text;
  size_t begin = 0;  // in the statement
  size_t end = 0;
};

/// `ansi_quotes`: "x" is a name. The last token is a kEnd. Whatever cannot be a token is a symbol.
std::vector<Token> tokens_of(std::string_view sql, bool ansi_quotes = false);

/// Over tokens, from the first to the last.
class TokenReader {
 public:
  explicit TokenReader(const std::vector<Token>& tokens) : tokens_(&tokens) {}

  const Token& peek(size_t ahead = 0) const {
    return (*tokens_)[at_ + ahead < tokens_->size() ? at_ + ahead : tokens_->size() - 1];
  }
  const Token& take();
  bool at_end() const { return peek().kind == TokenKind::kEnd; }
  /// Keywords, in whatever case, and symbols; `word` is in upper case.
  bool is(std::string_view word, size_t ahead = 0) const;
  bool take_if(std::string_view word);
  /// All of these, one after the other, or none.
  bool take_all(std::initializer_list<std::string_view> words);
  /// A name, quoted or not.
  bool is_name(size_t ahead = 0) const;
  /// Goes behind the parenthesis that closes the one that is next.
  void skip_parentheses();
  /// To the comma or closing parenthesis that ends what is being read, or to the end.
  void skip_to_separator();
  size_t position() const { return at_; }

 private:
  const std::vector<Token>* tokens_;
  size_t at_ = 0;
};

}  // namespace sluice::connectors::cdc::mysql
