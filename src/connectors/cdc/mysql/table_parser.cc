#include "connectors/cdc/mysql/table_parser.h"

#include <algorithm>

#include "connectors/cdc/mysql/charset.h"
#include "connectors/cdc/mysql/column_parser.h"

namespace sluice::connectors::cdc::mysql {
namespace {

/// "(a, b(10) DESC)"; expressions are told by an empty name.
std::vector<std::string> take_index_columns(TokenReader& reader) {
  std::vector<std::string> names;
  while (!reader.at_end() && !reader.is("(")) reader.take();  // name and type of the index
  reader.take();
  while (!reader.at_end() && !reader.is(")")) {
    names.push_back(reader.is("(") ? "" : reader.peek().text);
    if (!reader.is("(")) reader.take();
    reader.skip_to_separator();
    reader.take_if(",");
  }
  reader.take();
  return names;
}

void set_primary_key(TableDefinition& table, const std::vector<std::string>& names) {
  table.key.clear();
  for (const std::string& name : names) {
    ColumnDefinition* column = table.column(name);
    table.key.push_back(column == nullptr ? name : column->name);
    if (column == nullptr || !column->optional) continue;
    column->optional = false;
    if (!column->default_text) column->has_default = false;
  }
}

/// Names by which an index or a constraint of a table begins, rather than a column.
bool starts_constraint(const TokenReader& reader) {
  if (reader.peek().kind != TokenKind::kWord) return false;
  for (const char* word :
       {"CONSTRAINT", "PRIMARY", "UNIQUE", "INDEX", "KEY", "FULLTEXT", "SPATIAL", "FOREIGN", "CHECK"}) {
    if (reader.is(word)) return true;
  }
  return (reader.is("PERIOD") && reader.is("FOR", 1)) || (reader.is("VECTOR") && reader.is("INDEX", 1));
}

/// A key or constraint, up to what separates it from the next. `table` gets its key by it.
void take_constraint(TokenReader& reader, TableDefinition& table) {
  if (reader.take_if("CONSTRAINT") && !reader.is("PRIMARY") && !reader.is("UNIQUE") &&
      !reader.is("FOREIGN") && !reader.is("CHECK"))
    reader.take();  // its name
  if (reader.take_all({"PRIMARY", "KEY"})) {
    set_primary_key(table, take_index_columns(reader));
  } else if (reader.is("UNIQUE") && table.key.empty()) {
    take_unique_key(reader, table);
  }
  reader.skip_to_separator();
}

void add_keys(TableDefinition& table, const ParsedColumn& parsed) {
  if (parsed.primary || (parsed.unique && table.key.empty())) table.key = {parsed.column.name};
}

bool take_column(TokenReader& reader, TableDefinition& table, ParsedColumn& parsed) {
  if (!reader.is_name()) return false;
  parsed.column.name = reader.take().text;
  return parse_column(reader, table.charset, parsed);
}

class Alteration {
 public:
  Alteration(TokenReader& reader, TableDefinition& table) : reader_(reader), table_(table) {}

  bool apply() {
    if (reader_.take_if("ADD")) return add();
    if (reader_.take_if("CHANGE")) return change();
    if (reader_.take_if("MODIFY")) return modify();
    if (reader_.take_if("DROP")) return drop();
    if (reader_.take_if("RENAME")) return rename();
    if (reader_.take_if("ALTER")) return alter_column();
    if (reader_.take_all({"CONVERT", "TO"})) return convert();
    return option();
  }

 private:
  void skip_column_words() {
    reader_.take_if("COLUMN");
    if (!reader_.take_all({"IF", "NOT", "EXISTS"})) reader_.take_all({"IF", "EXISTS"});
  }

  bool add() {
    if (starts_constraint(reader_) || reader_.is("PARTITION") ||
        (reader_.is("SYSTEM") && reader_.is("VERSIONING", 1))) {
      take_constraint(reader_, table_);
      return true;
    }
    skip_column_words();
    if (!reader_.take_if("(")) return add_column();
    while (!reader_.take_if(")")) {
      if (starts_constraint(reader_)) {
        take_constraint(reader_, table_);
      } else if (!add_column()) {
        return false;
      }
      if (!reader_.take_if(",") && !reader_.is(")")) return false;
    }
    return true;
  }

  bool add_column() {
    ParsedColumn parsed;
    if (!take_column(reader_, table_, parsed)) return false;
    if (table_.column(parsed.column.name) != nullptr) return skip_place();  // IF NOT EXISTS
    table_.columns.push_back(parsed.column);
    add_keys(table_, parsed);
    return place(parsed.column.name);
  }

  bool change() {
    skip_column_words();
    if (!reader_.is_name()) return false;
    return replace(reader_.take().text);
  }

  bool modify() {
    skip_column_words();
    return reader_.is_name() && replace(reader_.peek().text);
  }

  /// The definition of a column, which has its name in front.
  bool replace(const std::string& old_name) {
    ParsedColumn parsed;
    if (!take_column(reader_, table_, parsed)) return false;
    ColumnDefinition* column = table_.column(old_name);
    if (column == nullptr) return false;
    const std::string was = column->name;
    *column = parsed.column;
    rename_in_key(was, parsed.column.name);
    const bool in_key =
        std::find(table_.key.begin(), table_.key.end(), parsed.column.name) != table_.key.end();
    if (in_key) set_primary_key(table_, std::vector<std::string>(table_.key));
    add_keys(table_, parsed);
    return place(parsed.column.name);
  }

  void rename_in_key(const std::string& from, const std::string& to) {
    std::replace(table_.key.begin(), table_.key.end(), from, to);
  }

  bool skip_place() {
    if (reader_.take_if("AFTER")) reader_.take();
    reader_.take_if("FIRST");
    return true;
  }

  bool place(const std::string& name) {
    if (!reader_.is("FIRST") && !reader_.is("AFTER")) return true;
    const auto moved = std::find_if(table_.columns.begin(), table_.columns.end(),
                                    [&](const ColumnDefinition& one) { return one.name == name; });
    ColumnDefinition column = std::move(*moved);
    table_.columns.erase(moved);
    if (reader_.take_if("FIRST")) {
      table_.columns.insert(table_.columns.begin(), std::move(column));
      return true;
    }
    reader_.take();
    const ColumnDefinition* before = table_.column(reader_.take().text);
    if (before == nullptr) return false;
    table_.columns.insert(table_.columns.begin() + (before - table_.columns.data()) + 1, std::move(column));
    return true;
  }

  bool drop() {
    if (reader_.take_all({"PRIMARY", "KEY"})) {
      table_.key.clear();
      return true;
    }
    for (const char* word :
         {"INDEX", "KEY", "FOREIGN", "CONSTRAINT", "CHECK", "PARTITION", "PERIOD", "SYSTEM"}) {
      const bool named = reader_.is(",", 1) || reader_.peek(1).kind == TokenKind::kEnd;
      if (reader_.is(word) && !named) {
        reader_.skip_to_separator();
        return true;
      }
    }
    skip_column_words();
    if (!reader_.is_name()) return false;
    const ColumnDefinition* column = table_.column(reader_.take().text);
    if (column == nullptr) return true;  // IF EXISTS
    std::erase(table_.key, column->name);
    table_.columns.erase(table_.columns.begin() + (column - table_.columns.data()));
    reader_.skip_to_separator();
    return true;
  }

  bool rename() {
    if (reader_.take_if("COLUMN")) {
      reader_.take_all({"IF", "EXISTS"});
      ColumnDefinition* column = table_.column(reader_.take().text);
      if (column == nullptr || !reader_.take_if("TO") || !reader_.is_name()) return false;
      const std::string name = reader_.take().text;
      rename_in_key(column->name, name);
      column->name = name;
      return true;
    }
    if (reader_.is("INDEX") || reader_.is("KEY")) {
      reader_.skip_to_separator();
      return true;
    }
    if (!reader_.take_if("TO")) reader_.take_if("AS");
    if (!reader_.is_name()) return false;
    table_.id = {"", reader_.take().text};
    if (reader_.take_if(".")) table_.id = {table_.id.table, reader_.take().text};
    return true;
  }

  bool alter_column() {
    if (reader_.is("INDEX") || reader_.is("CHECK") || reader_.is("CONSTRAINT") || reader_.is("KEY")) {
      reader_.skip_to_separator();
      return true;
    }
    skip_column_words();
    ColumnDefinition* column = reader_.is_name() ? table_.column(reader_.take().text) : nullptr;
    if (column == nullptr) return false;
    if (reader_.take_all({"SET", "DEFAULT"})) {
      parse_default(reader_, *column);
    } else if (reader_.take_all({"DROP", "DEFAULT"})) {
      column->has_default = false;
      column->default_text.reset();
    }
    reader_.skip_to_separator();
    return true;
  }

  bool convert() {
    TableOptions options;
    take_option(reader_, options);
    reader_.skip_to_separator();
    if (options.charset.empty()) return true;
    table_.charset = options.charset;
    for (ColumnDefinition& column : table_.columns) {
      if (column.charset && column.jdbc_type != kJdbcNchar && column.jdbc_type != kJdbcNvarchar)
        column.charset = options.charset;
    }
    return true;
  }

  bool option() {
    TableOptions options;
    while (!reader_.at_end() && !reader_.is(",")) {
      if (!take_option(reader_, options)) skip_one();
    }
    if (!options.charset.empty()) table_.charset = options.charset;
    if (options.comment) table_.comment = options.comment;
    return true;
  }

  void skip_one() {
    if (reader_.is("(")) {
      reader_.skip_parentheses();
    } else {
      reader_.take();
    }
  }

 public:
  /// A character set, a collation or a comment.
  static bool take_option(TokenReader& reader, TableOptions& options) {
    const auto value = [&] {
      reader.take_if("=");
      return reader.take().text;
    };
    if (reader.take_all({"CHARACTER", "SET"}) || reader.take_all({"CHAR", "SET"}) ||
        reader.take_if("CHARSET")) {
      options.charset = value();
      return true;
    }
    if (reader.take_if("COLLATE")) {
      const std::string collation = value();
      if (options.charset.empty()) options.charset = charset_of_collation(collation);
      return true;
    }
    const bool has_comment = reader.is("COMMENT") && (reader.peek(1).kind == TokenKind::kString ||
                                                      reader.peek(2).kind == TokenKind::kString);
    if (!has_comment) return false;
    reader.take();
    options.comment = value();
    return true;
  }

 private:
  TokenReader& reader_;
  TableDefinition& table_;
};

}  // namespace

bool take_unique_key(TokenReader& reader, TableDefinition& table) {
  const std::vector<std::string> names = take_index_columns(reader);
  std::vector<std::string> key;
  for (const std::string& name : names) {
    const ColumnDefinition* column = table.column(name);
    if (column == nullptr || column->optional) return false;
    key.push_back(column->name);
  }
  if (key.empty()) return false;
  table.key = std::move(key);
  return true;
}

void parse_table_options(TokenReader& reader, TableOptions& options) {
  while (!reader.at_end()) {
    if (Alteration::take_option(reader, options)) continue;
    if (reader.is("(")) {
      reader.skip_parentheses();
    } else {
      reader.take();
    }
  }
}

bool parse_table(TokenReader& reader, TableDefinition& table) {
  // Columns take the table's character set, which comes after them.
  TokenReader behind = reader;
  behind.skip_parentheses();
  TableOptions options;
  parse_table_options(behind, options);
  if (!options.charset.empty()) table.charset = options.charset;
  table.comment = options.comment;
  reader.take();
  while (!reader.take_if(")")) {
    if (reader.at_end()) return false;
    if (starts_constraint(reader)) {
      take_constraint(reader, table);
    } else {
      ParsedColumn parsed;
      if (!take_column(reader, table, parsed)) return false;
      table.columns.push_back(parsed.column);
      add_keys(table, parsed);
    }
    if (!reader.take_if(",") && !reader.is(")")) return false;
  }
  return !table.columns.empty();
}

bool alter_table(TokenReader& reader, TableDefinition& table) {
  while (reader.take_if("WAIT") || reader.take_if("NOWAIT") || reader.peek().kind == TokenKind::kNumber)
    if (reader.peek().kind == TokenKind::kNumber) reader.take();
  while (!reader.at_end()) {
    const size_t before = reader.position();
    if (!Alteration(reader, table).apply()) return false;
    if (reader.take_if(",")) continue;
    // What can stand behind an alteration without a comma: PARTITION BY and the like.
    while (!reader.at_end() && !reader.take_if(",")) {
      if (reader.is("(")) {
        reader.skip_parentheses();
      } else {
        reader.take();
      }
    }
    if (reader.position() == before) return false;
  }
  return true;
}

}  // namespace sluice::connectors::cdc::mysql
