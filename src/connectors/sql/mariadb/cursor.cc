#include "connectors/sql/mariadb/cursor.h"

#include <fmt/core.h>

namespace sluice::connectors::sql {

MariaDbCursor::~MariaDbCursor() {
  // What is left of a result would have to be read to its end, however long
  // that is.
  if (!finished_ && client_.usable()) client_.break_off();
}

Status MariaDbCursor::start() {
  const mysql::ResultPtr metadata(mysql_stmt_result_metadata(statement_.get()));
  if (metadata == nullptr) {
    finished_ = true;
    return failed(fmt::format("Cannot {}: the statement returns no rows", what_));
  }
  const unsigned count = mysql_num_fields(metadata.get());
  for (unsigned i = 0; i < count; ++i) {
    MariaDbColumn described = mariadb_result_column(*mysql_fetch_field_direct(metadata.get(), i), switches_);
    columns_.push_back(std::move(described.column));
    decoding_.push_back({described.form, switches_.zero_dates});
    wire_sizes_.push_back(mariadb_wire_size(described.form));
  }
  cells_.resize(count);
  // Cells that are bound to nothing are handed to the callback where they lie in the row.
  mysql_stmt_attr_set(statement_.get(), STMT_ATTR_CB_USER_DATA, this);
  mysql_stmt_attr_set(statement_.get(), STMT_ATTR_CB_RESULT, reinterpret_cast<const void*>(&take_cell));
  return {};
}

void MariaDbCursor::take_cell(void* self, unsigned column, unsigned char** row) {
  auto* cursor = static_cast<MariaDbCursor*>(self);
  if (row == nullptr) {
    cursor->cells_[column] = kNullBytes;
    return;
  }
  const unsigned char* at = *row;
  cursor->cells_[column] = take_mariadb_cell(cursor->wire_sizes_[column], at);
  *row = const_cast<unsigned char*>(at);
}

Result<bool> MariaDbCursor::fetch() {
  if (finished_) return false;
  int code = 0;
  SLUICE_RETURN_IF_ERROR(
      client_.await([&] { return mysql_stmt_fetch_start(&code, statement_.get()); },
                    [&](int ready) { return mysql_stmt_fetch_cont(&code, statement_.get(), ready); }, what_));
  fetched_ = code == 0 || code == MYSQL_DATA_TRUNCATED;
  if (fetched_) return true;
  finished_ = true;
  if (code == MYSQL_NO_DATA) return false;
  return client_.error_of(statement_.get(), what_);
}

Result<bool> MariaDbCursor::at_row(sdk::Arena&) {
  if (fetched_) return true;
  return fetch();
}

Result<std::optional<Instant>> MariaDbCursor::instant_at(int column) {
  const auto at = static_cast<size_t>(column);
  if (is_null(cells_[at])) return std::optional<Instant>();
  return mariadb_instant(decoding_[at], *plan_, cells_[at]);
}

Status MariaDbCursor::read_fields(std::span<sdk::Value> values, sdk::Arena& arena) {
  return fill(values, [&](const FieldPlan& field) -> Result<sdk::Value> {
    const auto at = static_cast<size_t>(field.column);
    if (is_null(cells_[at])) return sdk::Value::null();
    return decode_mariadb(decoding_[at], field, *plan_, cells_[at], arena);
  });
}

Status MariaDbCursor::leave_row() {
  fetched_ = false;
  return {};
}

Result<std::unique_ptr<Cursor>> open_mariadb_cursor(mysql::Session& client, const Statement& statement,
                                                    MariaDbParameters& parameters,
                                                    const MariaDbSwitches& switches) {
  const std::string what = "read " + statement.subject;
  SLUICE_ASSIGN_OR_RETURN(mysql::StatementPtr prepared, client.prepare(statement.sql, what));
  if (!parameters.bind(prepared.get()))
    return failed(fmt::format("Cannot {}: the query has placeholders of its own ('?')", what));
  SLUICE_RETURN_IF_ERROR(client.execute(prepared.get(), what));
  auto cursor = std::make_unique<MariaDbCursor>(client, std::move(prepared), switches, what);
  SLUICE_RETURN_IF_ERROR(cursor->start());
  return std::unique_ptr<Cursor>(std::move(cursor));
}

}  // namespace sluice::connectors::sql
