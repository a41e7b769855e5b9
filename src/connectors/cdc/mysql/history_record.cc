#include "connectors/cdc/mysql/history_record.h"

#include <fmt/core.h>

#include "connectors/cdc/mysql/ddl.h"
#include "formats/json/json_writer.h"
#include "sdk/source_offsets.h"

namespace sluice::connectors::cdc::mysql {
namespace {

using sdk::Kind;
using sdk::Value;

/// Writes an object, member by member.
class Object {
 public:
  explicit Object(json::TextBuffer& out) : out_(out) { out_.push_back('{'); }
  ~Object() { out_.push_back('}'); }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  json::TextBuffer& key(std::string_view name) {
    if (!first_) out_.push_back(',');
    first_ = false;
    json::write_string(out_, name);
    out_.push_back(':');
    return out_;
  }
  void text(std::string_view name, std::string_view value) { json::write_string(key(name), value); }
  void text_or_null(std::string_view name, const std::optional<std::string>& value) {
    if (value) return text(name, *value);
    json::write_null(key(name));
  }
  void integer(std::string_view name, int64_t value) { json::write_integer(key(name), value); }
  void boolean(std::string_view name, bool value) { json::write_boolean(key(name), value); }

 private:
  json::TextBuffer& out_;
  bool first_ = true;
};

template <typename Items, typename Write>
void write_array(json::TextBuffer& out, const Items& items, Write write) {
  out.push_back('[');
  bool first = true;
  for (const auto& item : items) {
    if (!first) out.push_back(',');
    first = false;
    write(item);
  }
  out.push_back(']');
}

void write_texts(json::TextBuffer& out, const std::vector<std::string>& texts) {
  write_array(out, texts, [&](const std::string& text) { json::write_string(out, text); });
}

void write_column(json::TextBuffer& out, const ColumnDefinition& column, int position) {
  Object object(out);
  object.text("name", column.name);
  object.integer("jdbcType", column.jdbc_type);
  object.text("typeName", column.type);
  object.text("typeExpression", column.type);
  object.text_or_null("charsetName", column.charset);
  if (column.length) object.integer("length", *column.length);
  if (column.scale) object.integer("scale", *column.scale);
  object.integer("position", position);
  object.boolean("optional", column.optional);
  object.boolean("autoIncremented", column.auto_increment);
  object.boolean("generated", column.generated);
  object.text_or_null("comment", column.comment);
  object.boolean("hasDefaultValue", column.has_default);
  if (column.default_text) object.text("defaultValueExpression", *column.default_text);
  write_texts(object.key("enumValues"), column.labels);
}

void write_table(json::TextBuffer& out, const TableDefinition& table) {
  Object object(out);
  object.text("defaultCharsetName", table.charset);
  write_texts(object.key("primaryKeyColumnNames"), table.key);
  int position = 0;
  write_array(object.key("columns"), table.columns,
              [&](const ColumnDefinition& column) { write_column(out, column, ++position); });
  object.key("attributes").append("[]");
}

void write_change(json::TextBuffer& out, const TableChange& change) {
  Object object(out);
  object.text("type", change.type);
  object.text("id", change_id(change.id));
  if (change.previous) object.text("previousId", change_id(*change.previous));
  if (change.table == nullptr) return;
  write_table(object.key("table"), *change.table);
  object.text_or_null("comment", change.table->comment);
}

// --- reading

std::string text_of(const Value& map, std::string_view key) {
  const Value value = sdk::map_get(map, key);
  return value.kind() == Kind::kString ? std::string(value.as_string()) : std::string();
}

std::optional<std::string> optional_text(const Value& map, std::string_view key) {
  const Value value = sdk::map_get(map, key);
  return value.kind() == Kind::kString ? std::optional<std::string>(value.as_string()) : std::nullopt;
}

std::optional<int> optional_number(const Value& map, std::string_view key) {
  const Value value = sdk::map_get(map, key);
  return value.kind() == Kind::kInt64 ? std::optional(static_cast<int>(value.as_integer())) : std::nullopt;
}

bool flag(const Value& map, std::string_view key) {
  const Value value = sdk::map_get(map, key);
  return value.kind() == Kind::kBoolean && value.as_boolean();
}

std::vector<std::string> texts_of(const Value& map, std::string_view key) {
  std::vector<std::string> texts;
  const Value value = sdk::map_get(map, key);
  if (value.kind() != Kind::kArray) return texts;
  for (const Value& item : value.as_array()) {
    if (item.kind() == Kind::kString) texts.emplace_back(item.as_string());
  }
  return texts;
}

/// "\"db\".\"table\""; older versions wrote "db.table".
TableId table_id_in(std::string_view text) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      if (quoted && i + 1 < text.size() && text[i + 1] == '"') {
        parts.back() += text[i++];
      } else {
        quoted = !quoted;
      }
    } else if (text[i] == '.' && !quoted) {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  return {parts.size() > 1 ? parts.front() : "", parts.back()};
}

ColumnDefinition column_of(const Value& map) {
  ColumnDefinition column;
  column.name = text_of(map, "name");
  column.jdbc_type = optional_number(map, "jdbcType").value_or(kJdbcOther);
  column.type = text_of(map, "typeName");
  column.charset = optional_text(map, "charsetName");
  column.length = optional_number(map, "length");
  column.scale = optional_number(map, "scale");
  column.optional = flag(map, "optional");
  column.auto_increment = flag(map, "autoIncremented");
  column.generated = flag(map, "generated");
  column.comment = optional_text(map, "comment");
  column.default_text = optional_text(map, "defaultValueExpression");
  column.has_default = flag(map, "hasDefaultValue") || column.default_text;
  column.labels = texts_of(map, "enumValues");
  return column;
}

Result<TableDefinition> table_of(const Value& change, const TableId& id) {
  const Value map = sdk::map_get(change, "table");
  const Value columns = sdk::map_get(map, "columns");
  if (columns.kind() != Kind::kArray)
    return bad_record(fmt::format("the schema history tells nothing of the columns of table {}", id.text()));
  TableDefinition table;
  table.id = id;
  table.charset = text_of(map, "defaultCharsetName");
  table.key = texts_of(map, "primaryKeyColumnNames");
  table.comment = optional_text(change, "comment");
  for (const Value& column : columns.as_array()) table.columns.push_back(column_of(column));
  return table;
}

Status apply_change(const Value& change, TableModel& model) {
  const TableId id = table_id_in(text_of(change, "id"));
  if (const auto previous = optional_text(change, "previousId")) model.tables.erase(table_id_in(*previous));
  if (text_of(change, "type") == "DROP") {
    model.tables.erase(id);
    return {};
  }
  SLUICE_ASSIGN_OR_RETURN(model.tables[id], table_of(change, id));
  return {};
}

}  // namespace

std::string change_id(const TableId& id) {
  const auto quoted = [](std::string_view name) {
    std::string text = "\"";
    for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + "\"";
  };
  return quoted(id.space) + "." + quoted(id.table);
}

std::string history_text(const HistoryEntry& entry) {
  json::TextBuffer out;
  {
    Object object(out);
    Object(object.key("source")).text("server", entry.server);
    json::write_value(object.key("position"), entry.position);
    object.integer("ts_ms", entry.ts_ms);
    object.text("databaseName", entry.database);
    object.text("ddl", entry.ddl);
    write_array(object.key("tableChanges"), entry.changes,
                [&](const TableChange& change) { write_change(out, change); });
  }
  return std::string(out.view());
}

Result<Value> HistoryReader::read(BytesView text) {
  arena_.reset();
  record_ = Value::null();
  decoder_.begin_batch(arena_);
  SLUICE_ASSIGN_OR_RETURN(record_, decoder_.decode(text, arena_));
  if (record_.kind() != Kind::kMap) return Value::null();
  return sdk::map_get(record_, "position");
}

Status HistoryReader::apply(TableModel& model) {
  const Value changes = sdk::map_get(record_, "tableChanges");
  if (changes.kind() == Kind::kArray && !changes.as_array().empty()) {
    for (const Value& change : changes.as_array()) SLUICE_RETURN_IF_ERROR(apply_change(change, model));
    return {};
  }
  apply_ddl(text_of(record_, "ddl"), text_of(record_, "databaseName"), model);
  return {};
}

}  // namespace sluice::connectors::cdc::mysql
