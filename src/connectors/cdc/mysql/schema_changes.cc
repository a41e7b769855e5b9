#include "connectors/cdc/mysql/schema_changes.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "connectors/cdc/common/java_hash.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::connectors::cdc::mysql {
namespace {

using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::Value;

constexpr int64_t kNanosPerMilli = 1'000'000;

sdk::SchemaPtr texts_schema(bool optional) {
  auto texts = SchemaBuilder::array(Schema::string());
  if (optional) texts.optional();
  return texts.build_or_die();
}

const sdk::SchemaPtr& column_schema() {
  static const sdk::SchemaPtr schema = SchemaBuilder::structure()
                                           .name("io.debezium.connector.schema.Column")
                                           .version(1)
                                           .field("name", Schema::string())
                                           .field("jdbcType", Schema::int32())
                                           .field("nativeType", Schema::optional_int32())
                                           .field("typeName", Schema::string())
                                           .field("typeExpression", Schema::optional_string())
                                           .field("charsetName", Schema::optional_string())
                                           .field("length", Schema::optional_int32())
                                           .field("scale", Schema::optional_int32())
                                           .field("position", Schema::int32())
                                           .field("optional", Schema::optional_boolean())
                                           .field("autoIncremented", Schema::optional_boolean())
                                           .field("generated", Schema::optional_boolean())
                                           .field("comment", Schema::optional_string())
                                           .field("defaultValueExpression", Schema::optional_string())
                                           .field("enumValues", texts_schema(true))
                                           .build_or_die();
  return schema;
}

const sdk::SchemaPtr& table_schema() {
  static const sdk::SchemaPtr schema =
      SchemaBuilder::structure()
          .name("io.debezium.connector.schema.Table")
          .version(1)
          .optional()
          .field("defaultCharsetName", Schema::optional_string())
          .field("primaryKeyColumnNames", texts_schema(true))
          .field("columns", SchemaBuilder::array(column_schema()).build_or_die())
          .field("comment", Schema::optional_string())
          .build_or_die();
  return schema;
}

const sdk::SchemaPtr& change_schema() {
  static const sdk::SchemaPtr schema = SchemaBuilder::structure()
                                           .name("io.debezium.connector.schema.Change")
                                           .version(1)
                                           .field("type", Schema::string())
                                           .field("id", Schema::string())
                                           .field("table", table_schema())
                                           .build_or_die();
  return schema;
}

Value text_or_null(sdk::Arena& arena, const std::optional<std::string>& text) {
  return text ? Value::string(arena.copy(*text)) : Value::null();
}

Value number_or_null(const std::optional<int>& number) {
  return number ? Value::int32(*number) : Value::null();
}

Value texts_value(sdk::Arena& arena, const std::vector<std::string>& texts) {
  auto* items = arena.array<Value>(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) items[i] = Value::string(arena.copy(texts[i]));
  return Value::array({items, texts.size()});
}

/// The names of the tables as the source block lists them: in the order of Java's HashSet.
std::string names_of(const DdlResult& result, const std::string& space) {
  std::vector<TableId> tables;
  for (const DdlChange& change : result.changes) {
    if (change.table.space == space && !change.table.table.empty()) tables.push_back(change.table);
  }
  order_as_java(tables, java_table(tables.size()), [](const TableId& id) { return id.text(); });
  tables.erase(std::unique(tables.begin(), tables.end()), tables.end());
  std::string names;
  for (const TableId& id : tables) names += (names.empty() ? "" : ",") + id.table;
  return names;
}

const char* type_of(DdlKind kind) {
  return kind == DdlKind::kCreate ? "CREATE" : kind == DdlKind::kDrop ? "DROP" : "ALTER";
}

bool sets_variables(std::string_view sql, const std::string& database) {
  return database.empty() && sql.size() > 4 && (sql[0] == 'S' || sql[0] == 's') &&
         (sql[1] == 'E' || sql[1] == 'e') && (sql[2] == 'T' || sql[2] == 't') && sql[3] == ' ';
}

}  // namespace

SchemaChanges::SchemaChanges(const Options& options, const SourceInfo& source, Tables& tables,
                             SchemaHistory& history, Output& output, const Clock& clock)
    : options_(options),
      source_(source),
      tables_(tables),
      history_(history),
      output_(output),
      clock_(clock),
      topic_(options.names.prefix()) {
  const std::string prefix = "io.debezium.connector." + source.connector + ".SchemaChange";
  key_schema_ = SchemaBuilder::structure()
                    .name(prefix + "Key")
                    .version(1)
                    .field("databaseName", Schema::string())
                    .build_or_die();
  value_schema_ = SchemaBuilder::structure()
                      .name(prefix + "Value")
                      .version(1)
                      .field("source", source.schema)
                      .field("ts_ms", Schema::int64())
                      .field("databaseName", Schema::optional_string())
                      .field("schemaName", Schema::optional_string())
                      .field("ddl", Schema::optional_string())
                      .field("tableChanges", SchemaBuilder::array(change_schema()).build_or_die())
                      .build_or_die();
}

bool SchemaChanges::ignored(std::string_view sql) const {
  std::string line(sql);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return options_.ignored_ddl.matches(line);
}

/// What could not be followed is looked up as it is now, which may be ahead of the log.
Status SchemaChanges::reread_tables(const DdlResult& result, std::string_view sql, const Reread& reread) {
  for (const TableId& id : result.unclear) {
    if (!options_.filters.captures(id)) continue;
    log::warn(
        "Cannot follow a statement: {}; its definition is read from the server again. The statement: {}",
        result.problem, sql);
    tables_.model.tables.erase(id);
    const auto statement = reread(id);
    if (!statement.ok()) {
      if (statement.error().kind() == ErrorKind::kRetry || statement.error().kind() == ErrorKind::kClosed)
        return statement.error();
      log::warn("Table {} is not there any more: {}", id.text(), statement.error().message());
      continue;
    }
    if (apply_ddl(*statement, id.space, tables_.model).changes.empty()) {
      return failed(fmt::format("The definition of table {} cannot be read: {}", id.text(), *statement));
    }
  }
  return {};
}

/// Whether the statement is kept at all.
bool SchemaChanges::stores(const DdlResult& result, std::string_view sql, const std::string& database) const {
  if (!options_.history_captured_tables || sets_variables(sql, database)) return true;
  return std::any_of(result.changes.begin(), result.changes.end(), [&](const DdlChange& change) {
    return options_.filters.captures(change.table) ||
           (change.previous && options_.filters.captures(*change.previous));
  });
}

Status SchemaChanges::apply(std::string_view sql, const std::string& database, SnapshotMark mark,
                            const Reread& reread) {
  truncated_.clear();
  if (mark == SnapshotMark::kNone && ignored(sql)) return {};
  DdlResult result = apply_ddl(sql, database, tables_.model);
  if (!result.unclear.empty()) {
    SLUICE_RETURN_IF_ERROR(reread_tables(result, sql, reread));
    for (const TableId& id : result.unclear)
      if (tables_.model.find(id) != nullptr)
        result.changes.push_back({DdlKind::kAlter, id, std::nullopt, std::string(sql)});
  }
  tables_.forget();
  if (!stores(result, sql, database)) return {};
  if (result.changes.empty())
    return record({DdlKind::kDatabase, {database, ""}, std::nullopt, std::string(sql)}, " ", mark);
  for (const DdlChange& change : result.changes) {
    if (change.kind == DdlKind::kTruncate) {
      truncated_.push_back(change.table);
    } else {
      SLUICE_RETURN_IF_ERROR(record(change, names_of(result, change.table.space), mark));
    }
  }
  return {};
}

Status SchemaChanges::record(const DdlChange& change, const std::string& tables, SnapshotMark mark) {
  if (options_.history_captured_databases && !change.table.space.empty() &&
      !options_.filters.captures_space(change.table.space))
    return {};
  HistoryEntry entry;
  entry.server = options_.names.prefix();
  entry.position = output_.offset();
  entry.ts_ms = clock_.wall_ns() / kNanosPerMilli;
  entry.database = change.table.space;
  entry.ddl = change.statement;
  const TableDefinition* table = tables_.model.find(change.table);
  if (change.kind == DdlKind::kDrop || table != nullptr)
    entry.changes.push_back({type_of(change.kind), change.table, change.previous,
                             change.kind == DdlKind::kDrop ? nullptr : table});
  SLUICE_RETURN_IF_ERROR(history_.append(history_text(entry)));
  if (!options_.include_schema_changes) return {};
  const bool about_others = !change.table.table.empty() && !options_.filters.captures(change.table);
  return about_others && options_.history_captured_tables ? Status{} : publish(entry, tables, mark);
}

Status SchemaChanges::publish(const HistoryEntry& entry, const std::string& tables, SnapshotMark mark) {
  EventWriter& writer = output_.writer();
  sdk::Arena& arena = writer.arena();
  PositionTexts texts;
  texts.refresh(output_.position, 1, arena);
  // A statement about no table that is known has an empty name, one about a database none.
  const Value names = tables.empty()  ? Value::null()
                      : tables == " " ? Value::string("")
                                      : Value::string(arena.copy(tables));
  last_source_ =
      source_struct(source_, output_.position, texts, arena.copy(entry.database), names, mark, arena);
  sdk::StructNode* key = sdk::new_struct(arena, *key_schema_);
  key->mutable_values()[0] = Value::string(arena.copy(entry.database));
  auto* changes = arena.array<Value>(entry.changes.size());
  for (size_t i = 0; i < entry.changes.size(); ++i) changes[i] = change_value(entry.changes[i]);
  sdk::StructNode* value = sdk::new_struct(arena, *value_schema_);
  auto fields = value->mutable_values();
  fields[0] = Value::structure(last_source_);
  fields[1] = Value::int64(entry.ts_ms);
  fields[2] = Value::string(arena.copy(entry.database));
  fields[4] = Value::string(arena.copy(entry.ddl));
  fields[5] = Value::array({changes, entry.changes.size()});
  arena.keep(key_schema_);
  arena.keep(value_schema_);
  writer.schema_change(arena.copy(topic_), key_schema_.get(), Value::structure(key), value_schema_.get(),
                       Value::structure(value), output_.offset());
  return {};
}

Value SchemaChanges::change_value(const TableChange& change) {
  sdk::Arena& arena = output_.writer().arena();
  sdk::StructNode* node = sdk::new_struct(arena, *change_schema());
  auto fields = node->mutable_values();
  fields[0] = Value::string(change.type);
  fields[1] = Value::string(arena.copy(change_id(change.id)));
  if (change.table != nullptr) fields[2] = table_value(*change.table);
  return Value::structure(node);
}

Value SchemaChanges::table_value(const TableDefinition& table) {
  sdk::Arena& arena = output_.writer().arena();
  auto* columns = arena.array<Value>(table.columns.size());
  for (size_t i = 0; i < table.columns.size(); ++i)
    columns[i] = column_value(table.columns[i], static_cast<int>(i) + 1);
  sdk::StructNode* node = sdk::new_struct(arena, *table_schema());
  auto fields = node->mutable_values();
  fields[0] = Value::string(arena.copy(table.charset));
  fields[1] = texts_value(arena, table.key);
  fields[2] = Value::array({columns, table.columns.size()});
  fields[3] = text_or_null(arena, table.comment);
  return Value::structure(node);
}

Value SchemaChanges::column_value(const ColumnDefinition& column, int position) {
  sdk::Arena& arena = output_.writer().arena();
  sdk::StructNode* node = sdk::new_struct(arena, *column_schema());
  Value* field = node->mutable_values().data();
  *field++ = Value::string(arena.copy(column.name));
  *field++ = Value::int32(column.jdbc_type);
  *field++ = Value::null();  // native type
  *field++ = Value::string(arena.copy(column.type));
  *field++ = Value::string(arena.copy(column.type));
  *field++ = text_or_null(arena, column.charset);
  *field++ = number_or_null(column.length);
  *field++ = number_or_null(column.scale);
  *field++ = Value::int32(position);
  *field++ = Value::boolean(column.optional);
  *field++ = Value::boolean(column.auto_increment);
  *field++ = Value::boolean(column.generated);
  *field++ = text_or_null(arena, column.comment);
  *field++ = text_or_null(arena, column.default_text);
  *field = column.labels.empty() ? Value::null() : texts_value(arena, column.labels);
  return Value::structure(node);
}

}  // namespace sluice::connectors::cdc::mysql
