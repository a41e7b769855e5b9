#include <fmt/core.h>

#include <algorithm>

#include "connectors/sql/postgres/connection.h"

namespace sluice::connectors::sql {
namespace {

constexpr int kTypmodHeader = 4;

/// Precision and scale as format modifiers carry them.
void read_modifier(PostgresForm form, int modifier, Column& column) {
  if (form == PostgresForm::kBit) column.precision = std::max(1, modifier);
  if (form != PostgresForm::kNumeric || modifier < kTypmodHeader) return;
  const int packed = modifier - kTypmodHeader;
  column.precision = (packed >> 16) & 0xffff;
  const int scale = packed & 0x7ff;
  column.scale = scale > 0x3ff ? scale - 0x800 : scale;
}

}  // namespace

Status PostgresCursor::start() {
  SLUICE_RETURN_IF_ERROR(fetch());
  return describe();
}

Status PostgresCursor::fetch() {
  auto fetched = connection_.link().run(fmt::format("FETCH FORWARD {} FROM sluice", rows_at_a_time_), {},
                                        true, "read " + subject_);
  if (!fetched.ok()) return fetched.error();
  block_ = std::shared_ptr<PGresult>(fetched->release(), postgres::Closer());
  row_ = 0;
  rows_ = PQntuples(block_.get());
  last_block_ = static_cast<size_t>(rows_) < rows_at_a_time_;
  if (last_block_) connection_.link().end_transaction();
  return {};
}

Status PostgresCursor::describe() {
  const PGresult* result = block_.get();
  std::vector<uint32_t> tables;
  for (int i = 0; i < PQnfields(result); ++i) {
    const uint32_t table = PQftable(result, i);
    if (table != 0 && std::find(tables.begin(), tables.end(), table) == tables.end()) tables.push_back(table);
  }
  SLUICE_ASSIGN_OR_RETURN(const PostgresConnection::Attributes attributes, connection_.attributes(tables));
  for (int i = 0; i < PQnfields(result); ++i) {
    Column column;
    column.name = PQfname(result, i);
    column.native_type = PQftype(result, i);
    PostgresType type = postgres_type(column.native_type);
    column.type_name = fmt::format("type {}", column.native_type);
    if (type.form == PostgresForm::kUnknown) {
      SLUICE_ASSIGN_OR_RETURN(type, connection_.custom_type(column.native_type, column.type_name));
    }
    if (type.form == PostgresForm::kMoney) {
      SLUICE_ASSIGN_OR_RETURN(money_digits_, connection_.money_digits());
    }
    column.type = type.type;
    read_modifier(type.form, PQfmod(result, i), column);
    const auto attribute = attributes.find({PQftable(result, i), PQftablecol(result, i)});
    if (attribute != attributes.end()) {
      column.nullable = !attribute->second.not_null;
      column.auto_increment = attribute->second.generated;
    }
    columns_.push_back(std::move(column));
    forms_.push_back(type.form);
  }
  return {};
}

Result<std::optional<Instant>> PostgresCursor::instant_at(int column) {
  const BytesView bytes = cell(block_.get(), row_, column);
  if (is_null(bytes)) return std::optional<Instant>();
  SLUICE_ASSIGN_OR_RETURN(const Instant instant,
                          postgres_instant(forms_[static_cast<size_t>(column)], *plan_, bytes));
  return std::optional(instant);
}

Status PostgresCursor::read_fields(std::span<sdk::Value> values, sdk::Arena& arena) {
  return fill(values, [&](const FieldPlan& field) -> Result<sdk::Value> {
    const BytesView bytes = cell(block_.get(), row_, field.column);
    if (is_null(bytes)) return sdk::Value::null();
    return decode_postgres(forms_[static_cast<size_t>(field.column)], field, *plan_, bytes, money_digits_,
                           arena);
  });
}

Result<bool> PostgresCursor::at_row(sdk::Arena& arena) {
  if (row_ < rows_) return true;
  if (last_block_) return false;
  SLUICE_RETURN_IF_ERROR(fetch());
  arena.keep(block_);
  bytes_kept_ += PQresultMemorySize(block_.get());
  return rows_ > 0;
}

Status PostgresCursor::leave_row() {
  ++row_;
  return {};
}

Result<ReadOutcome> PostgresCursor::read(size_t rows_max, bool whole_groups, sdk::Arena& arena,
                                         std::vector<Row>& rows) {
  arena.keep(block_);
  bytes_kept_ = PQresultMemorySize(block_.get());
  return RowCursor::read(rows_max, whole_groups, arena, rows);
}

}  // namespace sluice::connectors::sql
