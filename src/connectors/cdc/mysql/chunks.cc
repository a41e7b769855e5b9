#include "connectors/cdc/mysql/chunks.h"

#include <fmt/core.h>

#include <algorithm>

#include "connectors/cdc/mysql/catalogue.h"
#include "connectors/cdc/mysql/ddl.h"
#include "connectors/cdc/mysql/text_row.h"

namespace sluice::connectors::cdc::mysql {
namespace {

using sdk::Value;

std::string hex_of(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

/// Whatever the server's modes and the text's quotes.
std::string text_literal(std::string_view text) { return text.empty() ? "''" : "_utf8mb4 0x" + hex_of(text); }

bool is_number(int jdbc_type) {
  return jdbc_type == kJdbcSmallint || jdbc_type == kJdbcInteger || jdbc_type == kJdbcBigint ||
         jdbc_type == kJdbcNumeric || jdbc_type == kJdbcDecimal || jdbc_type == kJdbcFloat ||
         jdbc_type == kJdbcReal || jdbc_type == kJdbcDouble;
}

bool is_binary(int jdbc_type) {
  return jdbc_type == kJdbcBinary || jdbc_type == kJdbcVarbinary || jdbc_type == kJdbcBlob ||
         jdbc_type == kJdbcBit;
}

/// As JDBC reads the column.
KeyPart::Kind kind_of(const ColumnDefinition& column) {
  const bool is_unsigned = column.type.find("UNSIGNED") != std::string::npos;
  if (column.jdbc_type == kJdbcBigint) return is_unsigned ? KeyPart::Kind::kText : KeyPart::Kind::kInt64;
  const bool is_int = column.type.starts_with("INT") && is_unsigned;
  if (column.jdbc_type == kJdbcSmallint) return KeyPart::Kind::kInt32;
  if (column.jdbc_type == kJdbcInteger) return is_int ? KeyPart::Kind::kInt64 : KeyPart::Kind::kInt32;
  return KeyPart::Kind::kText;
}

}  // namespace

Status Chunks::write(const std::string& sql, std::string_view what) {
  SLUICE_ASSIGN_OR_RETURN(auto* const session, metadata_());
  SLUICE_RETURN_IF_ERROR(session->query(sql, what));
  return {};
}

Status Chunks::insert_signal(const std::string& id, const std::string& type, const std::string& data) {
  const TableId* table = options_.filters.signal_table();
  return write(fmt::format("INSERT INTO {} VALUES ({}, {}, {})", quoted_table(*table), text_literal(id),
                           text_literal(type), text_literal(data)),
               "write a signal to table " + table->text());
}

Status Chunks::delete_signal(const std::string& id) {
  const TableId* table = options_.filters.signal_table();
  return write(fmt::format("DELETE FROM {} WHERE id = {}", quoted_table(*table), text_literal(id)),
               "delete a signal from table " + table->text());
}

Result<std::vector<TableId>> Chunks::tables() {
  SLUICE_ASSIGN_OR_RETURN(auto* const session, metadata_());
  SLUICE_ASSIGN_OR_RETURN(auto tables, list_tables(*session));
  std::erase_if(tables, [&](const TableId& id) { return !options_.filters.captures(id); });
  return tables;
}

Result<ChunkSource::Ready> Chunks::open(const SnapshotTable& table) {
  const auto known = tables_.model.tables.find(table.id);
  SLUICE_ASSIGN_OR_RETURN(table_, tables_.find(table.id));
  if (table_ == nullptr || known == tables_.model.tables.end()) return Ready::kUnknownTable;
  SLUICE_ASSIGN_OR_RETURN(const bool has_key, find_key(table, known->second));
  return has_key ? Ready::kYes : Ready::kNoKey;
}

Result<bool> Chunks::find_key(const SnapshotTable& table, const TableDefinition& definition) {
  std::vector<std::string> names = options_.filters.key_columns(table.id);
  if (names.empty()) names = definition.key;
  if (!table.surrogate_key.empty()) names = {table.surrogate_key};
  key_.clear();
  columns_.clear();
  for (const std::string& name : names) {
    const ColumnDefinition* column = definition.column(name);
    if (column == nullptr) {
      return failed(fmt::format("Key column \"{}\" doesn't exist in table \"{}\"", name, table.id.text()));
    }
    const Form form = is_number(column->jdbc_type)   ? Form::kNumber
                      : is_binary(column->jdbc_type) ? Form::kBinary
                                                     : Form::kText;
    key_.push_back({quoted_name(column->name), kind_of(*column), form, column->optional});
    columns_.push_back(static_cast<int>(column - definition.columns.data()));
  }
  const std::vector<int> key_columns = columns_;
  for (size_t i = 0; i < table_->names().size(); ++i) {
    const bool is_key =
        std::find(key_columns.begin(), key_columns.end(), static_cast<int>(i)) != key_columns.end();
    if (table_->needs(i) && !is_key) columns_.push_back(static_cast<int>(i));
  }
  return !key_.empty();
}

std::string Chunks::key_list(const char* suffix) const {
  std::string list;
  for (const KeyColumn& column : key_) list += (list.empty() ? "" : ", ") + column.name + suffix;
  return list;
}

ChunkKey Chunks::key_of(MYSQL_ROW row, const unsigned long* sizes) const {
  ChunkKey key;
  for (size_t i = 0; i < key_.size(); ++i) {
    if (row[i] == nullptr) {
      key.emplace_back();
      continue;
    }
    const std::string_view text(row[i], sizes[i]);
    key.push_back({key_[i].kind, key_[i].form == Form::kBinary ? hex_of(text) : std::string(text)});
  }
  return key;
}

Result<std::optional<ChunkKey>> Chunks::maximum_key(const SnapshotTable& table) {
  const std::string sql =
      fmt::format("SELECT {} FROM {}{} ORDER BY {} LIMIT 1", key_list(""), quoted_table(table.id),
                  table.condition.empty() ? "" : " WHERE " + table.condition, key_list(" DESC"));
  SLUICE_ASSIGN_OR_RETURN(auto* const session, metadata_());
  SLUICE_ASSIGN_OR_RETURN(const auto result,
                          session->query(sql, "look for the largest key of table " + table.id.text()));
  const MYSQL_ROW row = mysql_fetch_row(result.get());
  if (row == nullptr) return std::optional<ChunkKey>();
  return std::optional(key_of(row, mysql_fetch_lengths(result.get())));
}

/// Rows after the key, column by column; nulls come first.
std::string Chunks::behind(const ChunkKey& key) const {
  std::string sql;
  std::string equal;
  for (size_t i = 0; i < key_.size(); ++i) {
    const KeyColumn& column = key_[i];
    const std::string& name = column.name;
    const std::string not_null = column.may_be_null ? " AND " + name + " IS NOT NULL" : "";
    std::string greater = name + " IS NOT NULL";
    std::string same = name + " IS NULL";
    if (key[i].kind != KeyPart::Kind::kNull) {
      const std::string value = column.form == Form::kNumber   ? key[i].text
                                : column.form == Form::kBinary ? "x'" + key[i].text + "'"
                                                               : text_literal(key[i].text);
      greater = fmt::format("{} > {}{}", name, value, not_null);
      same = fmt::format("{} = {}{}", name, value, not_null);
    }
    sql += fmt::format("{}({}{})", sql.empty() ? "" : " OR ", equal, greater);
    equal += same + " AND ";
  }
  return sql;
}

Status Chunks::read(const SnapshotTable& table, const ChunkKey* after, const ChunkKey* maximum, int limit,
                    ChunkRows& rows) {
  if (after != nullptr && after->size() != key_.size()) {
    return failed(
        fmt::format("The key of table {} has other columns than when its snapshot began", table.id.text()));
  }
  std::string list;
  for (const int column : columns_) {
    list += (list.empty() ? "" : ", ") + quoted_name(table_->names()[static_cast<size_t>(column)]);
  }
  std::string where;
  if (after != nullptr) where = fmt::format(" WHERE ({}) AND NOT ({})", behind(*after), behind(*maximum));
  if (!table.condition.empty()) {
    where += fmt::format("{}({})", where.empty() ? " WHERE " : " AND ", table.condition);
  }
  const std::string what = "read a chunk of table " + table.id.text();
  SLUICE_ASSIGN_OR_RETURN(auto* const session, metadata_());
  SLUICE_ASSIGN_OR_RETURN(const auto result,
                          session->query(fmt::format("SELECT {} FROM {}{} ORDER BY {} LIMIT {}", list,
                                                     quoted_table(table.id), where, key_list(""), limit),
                                         what));
  std::vector<Value> cells;
  while (const MYSQL_ROW row = mysql_fetch_row(result.get())) {
    const unsigned long* sizes = mysql_fetch_lengths(result.get());
    SLUICE_RETURN_IF_ERROR(
        decode_text_row(*table_, columns_, row, sizes, options_.failures, rows.arena, cells));
    auto* held = rows.arena.array<Value>(cells.size());
    std::copy(cells.begin(), cells.end(), held);
    rows.rows.push_back({{held, cells.size()}, key_of(row, sizes)});
  }
  return {};
}

EventOrigin Chunks::origin(const TableId& table) {
  Position position = output_.position;
  position.micros = output_.writer().now_ns() / 1000;
  sdk::Arena& arena = output_.writer().arena();
  texts_.refresh(position, output_.generation(), arena);
  return {Value::structure(source_struct(source_, position, texts_, table.space, Value::string(table.table),
                                         SnapshotMark::kIncremental, arena)),
          offset_of(output_.position, texts_, output_.writer().extras(), arena),
          {}};
}

Status Chunks::make_room() {
  return output_.full() ? output_.push([] { return Status(); }) : Status();
}

}  // namespace sluice::connectors::cdc::mysql
