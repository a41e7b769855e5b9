#include "connectors/sql/odbc/spelling.h"

#include <cctype>

namespace sluice::connectors::sql {
namespace {

class QuestionMarks final : public Dialect {
 public:
  explicit QuestionMarks(const Dialect& base) : base_(base) {}

  std::string_view name() const override { return base_.name(); }
  std::string_view product() const override { return base_.product(); }
  char quote_begin() const override { return base_.quote_begin(); }
  char quote_end() const override { return base_.quote_end(); }
  std::string fold(std::string_view identifier) const override { return base_.fold(identifier); }
  size_t name_bytes_max() const override { return base_.name_bytes_max(); }
  std::string literal(const CellType& type, const sdk::Value& cell) const override {
    return base_.literal(type, cell);
  }
  std::string as_text(std::string_view expression) const override { return base_.as_text(expression); }
  Result<std::string> upsert(const TableWrite& write, const WriteOptions& options) const override {
    SLUICE_ASSIGN_OR_RETURN(const std::string sql, base_.upsert(write, options));
    return unnumbered(sql);
  }
  SavepointSql savepoint() const override { return base_.savepoint(); }
  std::string_view constraints_now() const override { return base_.constraints_now(); }
  Result<std::string> column_type(const NewColumn& column) const override {
    return base_.column_type(column);
  }
  Result<std::vector<std::string>> add_columns(const TableId& table, std::span<const NewColumn> columns,
                                               bool quoted) const override {
    return base_.add_columns(table, columns, quoted);
  }
  std::string truncate(const TableId& table, bool quoted) const override {
    return base_.truncate(table, quoted);
  }

 private:
  const Dialect& base_;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; }

}  // namespace

std::string unnumbered(std::string_view sql) {
  std::string result;
  char quote = '\0';
  for (size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'' || c == '`') {
      quote = c;
    } else if ((c == '$' || c == '?') && i + 1 < sql.size() && is_digit(sql[i + 1]) &&
               (i == 0 || !in_word(sql[i - 1]))) {
      result.push_back('?');
      while (i + 1 < sql.size() && is_digit(sql[i + 1])) ++i;
      continue;
    }
    result.push_back(c);
  }
  return result;
}

const Dialect& with_question_marks(const Dialect& base) {
  static const QuestionMarks postgres(postgres_dialect());
  static const QuestionMarks sqlite(sqlite_dialect());
  if (&base == &postgres_dialect()) return postgres;
  return &base == &sqlite_dialect() ? sqlite : base;
}

}  // namespace sluice::connectors::sql
