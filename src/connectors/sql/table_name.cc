#include "connectors/sql/table_name.h"

namespace sluice::connectors::sql {
namespace {

/// What ends a quoted part that begins with this, or 0.
char closing(char c) { return c == '[' ? ']' : c == '"' || c == '`' ? c : '\0'; }

/// Steps through a name: tells what is quoted, takes quotes away.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ >= text_.size(); }
  /// The next character that belongs to a part, or `separator` outside of quotes. Nothing: it was a quote.
  bool next(char& c, bool& separator, std::string_view separators) {
    c = text_[at_++];
    separator = false;
    if (quote_ != '\0') {
      if (c != quote_) return true;
      const bool doubled = !at_end() && text_[at_] == quote_;
      if (doubled) {
        ++at_;
      } else {
        quote_ = '\0';
      }
      return doubled;
    }
    quote_ = closing(c);
    separator = quote_ == '\0' && separators.find(c) != std::string_view::npos;
    return quote_ == '\0';
  }

 private:
  const std::string_view text_;
  size_t at_ = 0;
  char quote_ = '\0';
};

/// The name whose parts these are.
TableId of_parts(const std::vector<std::string>& parts) {
  TableId table;
  table.table = parts.back();
  if (parts.size() > 1) table.schema = parts[parts.size() - 2];
  if (parts.size() > 2) table.catalog = parts[parts.size() - 3];
  return table;
}

}  // namespace

TableId parse_table(std::string_view name) {
  std::vector<std::string> parts(1);
  Reader reader(name);
  while (!reader.at_end()) {
    char c = 0;
    bool separator = false;
    if (!reader.next(c, separator, ".")) continue;
    if (separator) {
      parts.emplace_back();
    } else {
      parts.back().push_back(c);
    }
  }
  return of_parts(parts);
}

std::string join_tables(const Dialect& dialect, const std::vector<TableId>& tables) {
  std::string text;
  for (const TableId& table : tables) text += (text.empty() ? "" : ",") + dialect.quote(table);
  return text;
}

std::vector<TableId> split_tables(std::string_view text) {
  std::vector<TableId> tables;
  std::vector<std::string> parts(1);
  bool any = false;
  const auto end_table = [&] {
    if (any) tables.push_back(of_parts(parts));
    parts.assign(1, "");
    any = false;
  };
  Reader reader(text);
  while (!reader.at_end()) {
    char c = 0;
    bool separator = false;
    const bool counts = reader.next(c, separator, ".,");
    if (separator && c == ',') {
      end_table();
      continue;
    }
    any = true;
    if (separator) {
      parts.emplace_back();
    } else if (counts) {
      parts.back().push_back(c);
    }
  }
  end_table();
  return tables;
}

}  // namespace sluice::connectors::sql
