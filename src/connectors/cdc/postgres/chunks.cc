#include "connectors/cdc/postgres/chunks.h"

#include <fmt/core.h>

#include <algorithm>

#include "connectors/cdc/postgres/copy_text.h"
#include "connectors/cdc/postgres/slot.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sluice::postgres::cell;
using sluice::postgres::CopyState;
using sluice::postgres::quote_literal;
using sluice::postgres::quote_name;

constexpr int kWaitMs = 500;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kInt8 = 20;

KeyPart::Kind kind_of(Oid type) {
  if (type == kInt2 || type == kInt4) return KeyPart::Kind::kInt32;
  return type == kInt8 ? KeyPart::Kind::kInt64 : KeyPart::Kind::kText;
}

std::string literal(const KeyPart& part) {
  return part.kind == KeyPart::Kind::kNull ? "NULL" : quote_literal(part.text);
}

std::string where(const std::vector<std::string>& conditions) {
  std::string sql;
  for (const std::string& condition : conditions) {
    if (!condition.empty()) sql += (sql.empty() ? " WHERE (" : " AND (") + condition + ")";
  }
  return sql;
}

}  // namespace

Status Chunks::insert_signal(const std::string& id, const std::string& type, const std::string& data) {
  const TableId* table = options_.filters.signal_table();
  SLUICE_RETURN_IF_ERROR(session_.run("INSERT INTO " + quoted(*table) + " VALUES ($1, $2, $3)",
                                      {id, type, data}, false, "write a signal to table " + table->text()));
  return {};
}

Status Chunks::delete_signal(const std::string& id) {
  const TableId* table = options_.filters.signal_table();
  SLUICE_RETURN_IF_ERROR(session_.run("DELETE FROM " + quoted(*table) + " WHERE id = $1", {id}, false,
                                      "delete a signal from table " + table->text()));
  return {};
}

Result<std::vector<TableId>> Chunks::tables() {
  SLUICE_ASSIGN_OR_RETURN(const auto captured, tables_.captured());
  std::vector<TableId> ids;
  for (const auto& [id, oid] : captured) ids.push_back(id);
  return ids;
}

Result<ChunkSource::Ready> Chunks::open(const SnapshotTable& table) {
  SLUICE_ASSIGN_OR_RETURN(const auto captured, tables_.captured());
  const auto found = std::find_if(captured.begin(), captured.end(),
                                  [&](const auto& candidate) { return candidate.first == table.id; });
  if (found == captured.end()) return Ready::kUnknownTable;
  TableShape shape;
  SLUICE_ASSIGN_OR_RETURN(const TablePtr described, tables_.describe(table.id, found->second, shape));
  if (shape.columns.empty()) return Ready::kUnknownTable;
  if (table_ == nullptr || shape != shape_) {
    table_ = described;
    shape_ = std::move(shape);
  }
  SLUICE_ASSIGN_OR_RETURN(const bool has_key, find_key(table));
  return has_key ? Ready::kYes : Ready::kNoKey;
}

Result<bool> Chunks::find_key(const SnapshotTable& table) {
  std::vector<std::string> names = options_.filters.key_columns(table.id);
  if (names.empty()) names = shape_.key;
  if (!table.surrogate_key.empty()) names = {table.surrogate_key};
  key_.clear();
  columns_.clear();
  for (const std::string& name : names) {
    const auto is_named = [&](const TableColumn& column) { return column.name == name; };
    const auto found = std::find_if(shape_.columns.begin(), shape_.columns.end(), is_named);
    if (found == shape_.columns.end()) {
      return failed(fmt::format("Key column \"{}\" doesn't exist in table \"{}\"", name, table.id.text()));
    }
    const auto column = static_cast<int>(found - shape_.columns.begin());
    key_.push_back({column, quote_name(name), kind_of(found->type), !found->not_null});
    columns_.push_back(column);
  }
  for (size_t i = 0; i < shape_.columns.size(); ++i) {
    const auto column = static_cast<int>(i);
    const bool is_key = std::find(columns_.begin(), columns_.begin() + static_cast<ptrdiff_t>(key_.size()),
                                  column) != columns_.begin() + static_cast<ptrdiff_t>(key_.size());
    if (table_->needs(i) && !is_key) columns_.push_back(column);
  }
  return !key_.empty();
}

std::string Chunks::key_list(const char* suffix) const {
  std::string list;
  for (const KeyColumn& column : key_) list += (list.empty() ? "" : ", ") + column.name + suffix;
  return list;
}

ChunkKey Chunks::key_of(const std::vector<BytesView>& texts) const {
  ChunkKey key;
  for (size_t i = 0; i < key_.size(); ++i) {
    key.push_back(is_null(texts[i]) ? KeyPart() : KeyPart{key_[i].kind, std::string(texts[i])});
  }
  return key;
}

Result<std::optional<ChunkKey>> Chunks::maximum_key(const SnapshotTable& table) {
  const std::string sql = fmt::format("SELECT {} FROM {}{} ORDER BY {} LIMIT 1", key_list(""),
                                      quoted(table.id), where({table.condition}), key_list(" DESC"));
  SLUICE_ASSIGN_OR_RETURN(
      const auto rows, session_.run(sql, {}, false, "look for the largest key of table " + table.id.text()));
  if (PQntuples(rows.get()) == 0) return std::optional<ChunkKey>();
  std::vector<BytesView> texts;
  for (size_t i = 0; i < key_.size(); ++i) texts.push_back(cell(rows.get(), 0, static_cast<int>(i)));
  return std::optional(key_of(texts));
}

std::string Chunks::row_comparison(const char* sign, const ChunkKey& key) const {
  std::string values;
  for (const KeyPart& part : key) values += (values.empty() ? "" : ", ") + literal(part);
  return fmt::format("ROW({}) {} ROW({})", key_list(""), sign, values);
}

/// Column by column, for keys with nulls, which come last.
std::string Chunks::behind(const ChunkKey& key) const {
  std::string sql;
  std::string equal;
  for (size_t i = 0; i < key_.size(); ++i) {
    const std::string& name = key_[i].name;
    const bool is_null = key[i].kind == KeyPart::Kind::kNull;
    if (!is_null) {
      const std::string greater = fmt::format("({0} > {1} OR {0} IS NULL)", name, literal(key[i]));
      sql += fmt::format("{}({}{})", sql.empty() ? "" : " OR ", equal, greater);
    }
    equal += is_null ? name + " IS NULL AND " : fmt::format("{} = {} AND ", name, literal(key[i]));
  }
  return sql.empty() ? "FALSE" : sql;
}

std::string Chunks::bounds(const ChunkKey* after, const ChunkKey* maximum) const {
  if (after == nullptr || maximum == nullptr) return {};
  const bool nullable =
      std::any_of(key_.begin(), key_.end(), [](const KeyColumn& one) { return one.may_be_null; });
  if (nullable) return fmt::format("({}) AND NOT ({})", behind(*after), behind(*maximum));
  return row_comparison(">", *after) + " AND " + row_comparison("<=", *maximum);
}

Status Chunks::read(const SnapshotTable& table, const ChunkKey* after, const ChunkKey* maximum, int limit,
                    ChunkRows& rows) {
  if (after != nullptr && after->size() != key_.size()) {
    return failed(
        fmt::format("The key of table {} has other columns than when its snapshot began", table.id.text()));
  }
  std::string list;
  for (const int column : columns_) {
    list += (list.empty() ? "" : ", ") + quote_name(shape_.columns[static_cast<size_t>(column)].name);
  }
  const std::string what = "read a chunk of table " + table.id.text();
  SLUICE_RETURN_IF_ERROR(session_.start_copy_out(
      fmt::format("COPY (SELECT {} FROM {}{} ORDER BY {} LIMIT {}) TO STDOUT", list, quoted(table.id),
                  where({bounds(after, maximum), table.condition}), key_list(""), limit),
      what));
  std::vector<sdk::Value> cells;
  std::vector<BytesView> texts;
  for (;;) {
    BytesView line;
    SLUICE_ASSIGN_OR_RETURN(const CopyState state, session_.read_copy(kWaitMs, line, what));
    if (state == CopyState::kEnd) return {};
    if (state == CopyState::kNothingYet) {
      SLUICE_RETURN_IF_ERROR(while_waiting_());
      continue;
    }
    if (line.ends_with('\n')) line.remove_suffix(1);
    SLUICE_RETURN_IF_ERROR(decode_copy_row(*table_, columns_, rows.arena.copy(line), options_.failures,
                                           rows.arena, cells, &texts));
    auto* held = rows.arena.array<sdk::Value>(cells.size());
    std::copy(cells.begin(), cells.end(), held);
    rows.rows.push_back({{held, cells.size()}, key_of(texts)});
  }
}

EventOrigin Chunks::origin(const TableId& table) {
  Position position = output_.position;
  if (lsn_ != 0) position.lsn = lsn_;
  position.time_micros = output_.writer().now_ns() / 1000;
  sdk::Arena& arena = output_.writer().arena();
  return {sdk::Value::structure(source_struct(output_.source(), position, table.space, table.table,
                                              SnapshotMark::kIncremental, arena)),
          output_.offset(),
          {}};
}

Status Chunks::make_room() { return output_.full() ? output_.push(while_waiting_) : Status(); }

}  // namespace sluice::connectors::cdc::postgres
