#include "connectors/sql/odbc/cursor.h"

#include <fmt/core.h>

#include <algorithm>

#include "connectors/sql/odbc/values.h"

namespace sluice::connectors::sql {
namespace {

constexpr size_t kBlockBytes = size_t{4} << 20;
constexpr size_t kLongBytesMax = size_t{8} << 20;  // of a block read cell by cell
constexpr size_t kChunk = size_t{16} << 10;
constexpr size_t kDigitsWidth = 256;  // Oracle's NUMBER in full, and what PostgreSQL's numerics mostly hold
constexpr size_t kShortTextWidth = 128;

struct Layout {
  SQLSMALLINT c_type;
  size_t width;
};

Layout layout_of(OdbcForm form, int64_t size) {
  const auto count = static_cast<size_t>(std::max<int64_t>(size, 1));
  switch (form) {
    case OdbcForm::kInt64:
      return {SQL_C_SBIGINT, sizeof(int64_t)};
    case OdbcForm::kUint64:
      return {SQL_C_CHAR, 32};
    case OdbcForm::kFloat32:
      return {SQL_C_FLOAT, sizeof(float)};
    case OdbcForm::kFloat64:
      return {SQL_C_DOUBLE, sizeof(double)};
    case OdbcForm::kDigits:
      return {SQL_C_CHAR, count <= 38 ? 48 : kDigitsWidth};
    case OdbcForm::kLowerText:
    case OdbcForm::kText:  // two units for a character, and the end
      return {SQL_C_WCHAR, std::max(count * 2 * sizeof(char16_t), kShortTextWidth) + sizeof(char16_t)};
    case OdbcForm::kBinary:
      return {SQL_C_BINARY, count};
    case OdbcForm::kDate:
      return {SQL_C_TYPE_DATE, sizeof(SQL_DATE_STRUCT)};
    case OdbcForm::kTime:
    case OdbcForm::kZonedText:
      return {SQL_C_WCHAR, kShortTextWidth};
    case OdbcForm::kTimestamp:
    case OdbcForm::kInstant:
      return {SQL_C_TYPE_TIMESTAMP, sizeof(SQL_TIMESTAMP_STRUCT)};
    case OdbcForm::kSkipped:
      break;
  }
  return {SQL_C_DEFAULT, 0};
}

}  // namespace

SQLRETURN OdbcBlock::get_long(SQLHSTMT statement, SQLUSMALLINT number, Cells& cells) {
  const size_t end_mark = cells.c_type == SQL_C_WCHAR ? sizeof(char16_t) : 0;
  // The units of a text must stand at even places.
  longs.resize((longs.size() + 1) & ~size_t{1});
  const size_t start = longs.size();
  size_t room = kChunk;
  for (;;) {
    const size_t at = longs.size();
    longs.resize(at + room);
    SQLLEN length = 0;
    const SQLRETURN code =
        SQLGetData(statement, number, cells.c_type, longs.data() + at, static_cast<SQLLEN>(room), &length);
    if (code != SQL_SUCCESS && code != SQL_SUCCESS_WITH_INFO) {
      longs.resize(at);
      if (code == SQL_NO_DATA && at > start) break;
      return code;
    }
    if (length == SQL_NULL_DATA) {
      longs.resize(start);
      cells.lengths[rows] = SQL_NULL_DATA;
      return SQL_SUCCESS;
    }
    const size_t got = room - end_mark;
    if (length != SQL_NO_TOTAL && static_cast<size_t>(length) <= got) {
      longs.resize(at + static_cast<size_t>(length));
      break;
    }
    longs.resize(at + got);
    room = length == SQL_NO_TOTAL ? std::min(room * 2, kLongBytesMax)
                                  : static_cast<size_t>(length) - got + end_mark;
  }
  cells.offsets[rows] = start;
  cells.lengths[rows] = static_cast<SQLLEN>(longs.size() - start);
  return SQL_SUCCESS;
}

SQLRETURN OdbcBlock::fetch_cells(SQLHSTMT statement) {
  rows = 0;
  longs.clear();
  while (rows < rows_max && longs.size() < kLongBytesMax) {
    SQLRETURN code = SQLFetch(statement);
    if (code == SQL_NO_DATA && rows > 0) return SQL_SUCCESS;  // said again when asked again
    if (!SQL_SUCCEEDED(code)) return code;
    for (size_t i = 0; i < columns.size(); ++i) {
      Cells& cells = columns[i];
      if (cells.form == OdbcForm::kSkipped) continue;
      const auto number = static_cast<SQLUSMALLINT>(i + 1);
      if (cells.width == 0) {
        code = get_long(statement, number, cells);
      } else {
        code = SQLGetData(statement, number, cells.c_type, cells.bytes.data() + rows * cells.width,
                          static_cast<SQLLEN>(cells.width), &cells.lengths[rows]);
      }
      if (!SQL_SUCCEEDED(code)) return code == SQL_NO_DATA ? SQL_ERROR : code;
    }
    ++rows;
  }
  return SQL_SUCCESS;
}

OdbcCursor::OdbcCursor(OdbcConnection& connection, OdbcStatementPtr statement, std::string subject,
                       size_t rows_at_a_time)
    : connection_(connection),
      statement_(std::move(statement)),
      subject_(std::move(subject)),
      what_("read " + subject_),
      rows_at_a_time_(std::max<size_t>(rows_at_a_time, 1)) {}

OdbcCursor::~OdbcCursor() {
  if (!statement_) return;
  connection_.release(std::move(statement_));
  connection_.end_query();
}

Status OdbcCursor::start() {
  SLUICE_ASSIGN_OR_RETURN(const auto described, connection_.columns_of(*statement_, what_));
  for (const OdbcColumn& column : described) columns_.push_back(column_of(connection_.product(), column));
  lay_out(described);
  if (!block_->by_cell) SLUICE_RETURN_IF_ERROR(bind());
  return fetch();
}

void OdbcCursor::lay_out(const std::vector<OdbcColumn>& described) {
  size_t row_bytes = 0;
  for (const OdbcColumn& column : described) {
    OdbcBlock::Cells cells;
    cells.form = odbc_type(connection_.product(), column).form;
    const Layout layout = layout_of(cells.form, column.size);
    cells.c_type = layout.c_type;
    const bool is_long = sql::is_long(connection_.product(), column, cells.form);
    cells.width = is_long ? 0 : layout.width;
    block_->by_cell = block_->by_cell || is_long;
    row_bytes += cells.width + sizeof(SQLLEN);
    forms_.push_back(cells.form);
    block_->columns.push_back(std::move(cells));
  }
  block_->rows_max = std::clamp<size_t>(kBlockBytes / std::max<size_t>(row_bytes, 1), 1, rows_at_a_time_);
  for (OdbcBlock::Cells& cells : block_->columns) {
    if (cells.form == OdbcForm::kSkipped) continue;
    cells.bytes.resize(cells.width * block_->rows_max);
    cells.lengths.resize(block_->rows_max);
    if (cells.width == 0) cells.offsets.resize(block_->rows_max);
  }
}

Status OdbcCursor::bind() {
  SQLHSTMT statement = statement_->handle;
  block_->states.resize(block_->rows_max);
  const bool many = SQL_SUCCEEDED(
      SQLSetStmtAttr(statement, SQL_ATTR_ROW_ARRAY_SIZE, as_pointer(block_->rows_max), SQL_IS_UINTEGER));
  if (!many) {
    block_->by_cell = true;
    return {};
  }
  SQLSetStmtAttr(statement, SQL_ATTR_ROWS_FETCHED_PTR, &block_->rows, SQL_IS_POINTER);
  SQLSetStmtAttr(statement, SQL_ATTR_ROW_STATUS_PTR, block_->states.data(), SQL_IS_POINTER);
  for (size_t i = 0; i < block_->columns.size(); ++i) {
    OdbcBlock::Cells& cells = block_->columns[i];
    if (cells.form == OdbcForm::kSkipped) continue;
    const SQLRETURN bound =
        SQLBindCol(statement, static_cast<SQLUSMALLINT>(i + 1), cells.c_type, cells.bytes.data(),
                   static_cast<SQLLEN>(cells.width), cells.lengths.data());
    if (!SQL_SUCCEEDED(bound)) return connection_.error_of(*statement_, what_);
  }
  return {};
}

Status OdbcCursor::fetch() {
  row_ = 0;
  const auto call = [statement = statement_, block = block_] {
    return block->by_cell ? block->fetch_cells(statement->handle) : SQLFetch(statement->handle);
  };
  SLUICE_ASSIGN_OR_RETURN(const SQLRETURN code, connection_.call(statement_, call, what_));
  if (code == SQL_NO_DATA) {
    block_->rows = 0;
    finished_ = true;
    connection_.release(std::move(statement_));
    statement_ = nullptr;
    connection_.end_query();
    return {};
  }
  const auto& states = block_->states;
  const auto end = states.begin() + static_cast<ptrdiff_t>(std::min<size_t>(block_->rows, states.size()));
  if (!block_->by_cell && std::find(states.begin(), end, SQL_ROW_ERROR) != end)
    return connection_.error_of(*statement_, what_);
  return {};
}

namespace {

/// kNullBytes for a null. Error, without a place, for a cell that its buffer did not hold.
Result<BytesView> cell_of(const OdbcBlock& block, int column, size_t row) {
  const OdbcBlock::Cells& cells = block.columns[static_cast<size_t>(column)];
  const SQLLEN length = cells.lengths[row];
  if (length == SQL_NULL_DATA) return kNullBytes;
  const auto size = static_cast<size_t>(length);
  if (cells.width == 0) return BytesView(block.longs.data() + cells.offsets[row], size);
  const bool sized =
      cells.c_type == SQL_C_WCHAR || cells.c_type == SQL_C_CHAR || cells.c_type == SQL_C_BINARY;
  const char* at = cells.bytes.data() + row * cells.width;
  if (!sized) return BytesView(at, cells.width);
  if (length < 0 || size > cells.width)
    return bad_record(fmt::format("it is longer than the column declares ({} bytes)", cells.width));
  return BytesView(at, size);
}

}  // namespace

Result<std::optional<Instant>> OdbcCursor::instant_at(int column) {
  SLUICE_ASSIGN_OR_RETURN(const BytesView cell, cell_of(*block_, column, row_));
  if (is_null(cell)) return std::optional<Instant>();
  SLUICE_ASSIGN_OR_RETURN(const Instant instant,
                          odbc_instant(forms_[static_cast<size_t>(column)], *plan_, cell));
  return std::optional(instant);
}

Status OdbcCursor::read_fields(std::span<sdk::Value> values, sdk::Arena& arena) {
  return fill(values, [&](const FieldPlan& field) -> Result<sdk::Value> {
    SLUICE_ASSIGN_OR_RETURN(const BytesView cell, cell_of(*block_, field.column, row_));
    if (is_null(cell)) return sdk::Value::null();
    return decode_odbc(forms_[static_cast<size_t>(field.column)], field, *plan_, cell, arena);
  });
}

Result<bool> OdbcCursor::at_row(sdk::Arena&) {
  if (row_ == block_->rows && !finished_) SLUICE_RETURN_IF_ERROR(fetch());
  return row_ < block_->rows;
}

Status OdbcCursor::leave_row() {
  ++row_;
  return {};
}

}  // namespace sluice::connectors::sql
