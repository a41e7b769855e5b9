#include "connectors/cdc/mysql/ddl.h"

#include <fmt/core.h>

#include <algorithm>

#include "connectors/cdc/mysql/charset.h"
#include "connectors/cdc/mysql/sql_lexer.h"
#include "connectors/cdc/mysql/table_parser.h"

namespace sluice::connectors::cdc::mysql {
namespace {

std::string quoted(std::string_view name) {
  std::string text = "`";
  for (const char c : name) text += c == '`' ? std::string("``") : std::string(1, c);
  return text + "`";
}

class Statement {
 public:
  Statement(std::string_view sql, const std::string& database, TableModel& model)
      : sql_(sql), database_(database), model_(model), tokens_(tokens_of(sql)), reader_(tokens_) {}

  DdlResult apply() {
    skip_set_statement();
    if (reader_.take_if("CREATE")) {
      create();
    } else if (reader_.take_if("ALTER")) {
      alter();
    } else if (reader_.take_if("DROP")) {
      drop();
    } else if (reader_.take_if("RENAME")) {
      rename();
    } else if (reader_.take_if("TRUNCATE")) {
      reader_.take_if("TABLE");
      const TableId table = take_table();
      if (model_.find(table) != nullptr) add(DdlKind::kTruncate, table, sql_);
    } else if (reader_.take_if("USE")) {
      add(DdlKind::kDatabase, {reader_.take().text, ""}, sql_);
    } else if (reader_.take_if("SET")) {
      set();
    }
    return std::move(result_);
  }

 private:
  /// MariaDB's SET STATEMENT variable=value FOR statement.
  void skip_set_statement() {
    if (!reader_.take_all({"SET", "STATEMENT"})) return;
    while (!reader_.at_end() && !reader_.take_if("FOR")) reader_.take();
  }

  TableId take_table() {
    std::string name = reader_.take().text;
    if (!reader_.take_if(".")) return {database_, name};
    return {std::move(name), reader_.take().text};
  }

  void add(DdlKind kind, const TableId& table, std::string_view statement) {
    result_.changes.push_back({kind, table, std::nullopt, std::string(statement)});
  }

  void unclear(const TableId& table, std::string problem) {
    result_.unclear.push_back(table);
    result_.problem = std::move(problem);
  }

  void create() {
    const bool replaces = reader_.take_all({"OR", "REPLACE"});
    if (reader_.is("TEMPORARY")) return;
    if (reader_.take_if("DATABASE") || reader_.take_if("SCHEMA")) return create_database();
    if (reader_.take_if("TABLE")) return create_table(replaces);
    const bool unique = reader_.take_if("UNIQUE");
    if (reader_.take_if("INDEX")) return create_index(unique);
  }

  void create_database() {
    skip_if_exists();
    const std::string name = reader_.take().text;
    take_database_options(name);
    add(DdlKind::kDatabase, {name, ""}, sql_);
  }

  void take_database_options(const std::string& name) {
    TableOptions options;
    parse_table_options(reader_, options);
    if (!options.charset.empty()) model_.database_charsets[name] = options.charset;
  }

  void skip_if_exists() {
    if (!reader_.take_all({"IF", "NOT", "EXISTS"})) reader_.take_all({"IF", "EXISTS"});
  }

  void create_table(bool replaces) {
    const bool if_absent = reader_.is("IF");
    skip_if_exists();
    const TableId id = take_table();
    // Whoever said OR REPLACE has replaced it; all others would have failed, or have done nothing.
    if (model_.find(id) != nullptr && !replaces && if_absent) return;
    if (reader_.take_if("LIKE") || reader_.take_all({"(", "LIKE"})) return copy_table(id, take_table());
    TableDefinition table;
    table.id = id;
    table.charset = model_.charset_of(id.space);
    if (!reader_.is("(") || !parse_table(reader_, table))
      return unclear(id, fmt::format("what CREATE TABLE says of {} cannot be followed", id.text()));
    model_.tables[id] = std::move(table);
    add(DdlKind::kCreate, id, sql_);
  }

  void copy_table(const TableId& id, const TableId& original) {
    const TableDefinition* found = model_.find(original);
    if (found == nullptr)
      return unclear(id,
                     fmt::format("table {} is made like {}, which is not known", id.text(), original.text()));
    TableDefinition table = *found;
    table.id = id;
    model_.tables[id] = std::move(table);
    add(DdlKind::kCreate, id, sql_);
  }

  void create_index(bool unique) {
    skip_if_exists();
    while (!reader_.at_end() && !reader_.is("ON")) reader_.take();
    reader_.take();
    const TableId id = take_table();
    const auto found = model_.tables.find(id);
    if (!unique || found == model_.tables.end() || !found->second.key.empty()) return;
    if (take_unique_key(reader_, found->second)) add(DdlKind::kAlter, id, sql_);
  }

  void alter() {
    reader_.take_if("ONLINE");
    reader_.take_if("IGNORE");
    if (reader_.take_if("DATABASE") || reader_.take_if("SCHEMA")) {
      const bool named = reader_.is_name() && !reader_.is("CHARACTER") && !reader_.is("CHARSET") &&
                         !reader_.is("COLLATE") && !reader_.is("DEFAULT");
      const std::string name = named ? reader_.take().text : database_;
      take_database_options(name);
      return add(DdlKind::kDatabase, {name, ""}, sql_);
    }
    if (!reader_.take_if("TABLE")) return;
    skip_if_exists();
    const TableId id = take_table();
    const auto found = model_.tables.find(id);
    if (found == model_.tables.end()) return;
    TableDefinition altered = found->second;
    if (!alter_table(reader_, altered))
      return unclear(id, fmt::format("what ALTER TABLE does to {} cannot be followed", id.text()));
    if (altered.id.space.empty()) altered.id.space = database_;
    const TableId renamed = altered.id;
    model_.tables.erase(found);
    model_.tables[renamed] = std::move(altered);
    add(DdlKind::kAlter, renamed, sql_);
    if (renamed != id) result_.changes.back().previous = id;
  }

  void drop() {
    if (reader_.take_if("DATABASE") || reader_.take_if("SCHEMA")) {
      skip_if_exists();
      const std::string name = reader_.take().text;
      std::erase_if(model_.tables, [&](const auto& one) { return one.first.space == name; });
      model_.database_charsets.erase(name);
      return add(DdlKind::kDatabase, {name, ""}, sql_);
    }
    if (!reader_.take_if("TABLE") && !reader_.take_if("TABLES")) return;
    skip_if_exists();
    const std::string_view prefix = sql_.substr(0, reader_.peek().begin);
    while (reader_.is_name()) {
      const TableId id = take_table();
      model_.tables.erase(id);
      add(DdlKind::kDrop, id, std::string(prefix) + quoted_table(id));
      if (!reader_.take_if(",")) break;
    }
  }

  void rename() {
    if (!reader_.take_if("TABLE") && !reader_.take_if("TABLES")) return;
    skip_if_exists();
    const std::string_view prefix = sql_.substr(0, reader_.peek().begin);
    while (reader_.is_name()) {
      const size_t begin = reader_.peek().begin;
      const TableId from = take_table();
      while (!reader_.at_end() && !reader_.take_if("TO")) reader_.take();  // WAIT n
      const size_t last = reader_.position();
      const TableId to = take_table();
      const size_t end = tokens_[std::max(last, reader_.position() - 1)].end;
      rename_table(from, to, std::string(prefix) + std::string(sql_.substr(begin, end - begin)));
      if (!reader_.take_if(",")) break;
    }
  }

  void rename_table(const TableId& from, const TableId& to, std::string statement) {
    const auto found = model_.tables.find(from);
    if (found == model_.tables.end()) return;
    TableDefinition table = std::move(found->second);
    model_.tables.erase(found);
    table.id = to;
    model_.tables[to] = std::move(table);
    result_.changes.push_back({DdlKind::kAlter, to, from, std::move(statement)});
  }

  /// The variables that tables inherit from.
  void set() {
    while (!reader_.at_end()) {
      const std::string name = reader_.take().text;
      if (name.find("character_set_server") != std::string::npos && reader_.take_if("="))
        model_.server_charset = reader_.take().text;
    }
    add(DdlKind::kDatabase, {"", ""}, sql_);
  }

  const std::string_view sql_;
  const std::string& database_;
  TableModel& model_;
  const std::vector<Token> tokens_;
  TokenReader reader_;
  DdlResult result_;
};

}  // namespace

DdlResult apply_ddl(std::string_view sql, const std::string& database, TableModel& model) {
  return Statement(sql, database, model).apply();
}

std::string quoted_table(const TableId& id) { return quoted(id.space) + "." + quoted(id.table); }

}  // namespace sluice::connectors::cdc::mysql
