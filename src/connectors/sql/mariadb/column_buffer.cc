#include "connectors/sql/mariadb/column_buffer.h"

#include <fmt/core.h>

#include <cmath>

#include "connectors/sql/mariadb/parameters.h"
#include "connectors/sql/time_text.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Value;

constexpr size_t kFixedCellBytes = 24;  // the most that a number or a time takes
constexpr size_t kShownMax = 60;
constexpr int64_t kFirstSecond = -62'167'219'200;  // of the year 0
constexpr int64_t kLastSecond = 253'402'300'799;   // of the year 9999

bool is_time(CellKind kind) {
  return kind == CellKind::kDate || kind == CellKind::kTime || kind == CellKind::kTimestamp;
}

/// "time(3)" and "time", not "timestamp".
bool is_called(const Column& declared, std::string_view name) {
  const std::string_view own = declared.type_name;
  return own.starts_with(name) &&
         (own.size() == name.size() || own[name.size()] == '(' || own[name.size()] == ' ');
}

enum_field_types time_type(CellKind kind, const Column& declared) {
  switch (declared.type) {
    case SqlType::kDate:
      return MYSQL_TYPE_DATE;
    case SqlType::kTime:
      return MYSQL_TYPE_TIME;
    default:
      return kind == CellKind::kDate ? MYSQL_TYPE_DATE : MYSQL_TYPE_DATETIME;
  }
}

}  // namespace

Result<MariaDbColumnBuffer> MariaDbColumnBuffer::make(const WriteColumn& column,
                                                      const WriteOptions& options) {
  MariaDbColumnBuffer buffer;
  buffer.name_ = column.name;
  buffer.cells_ = column.cells;
  buffer.options_ = &options;
  const Column& declared = column.declared;
  buffer.zoned_ = is_called(declared, "timestamp");
  const CellKind kind = column.cells.kind;
  if (kind == CellKind::kArray) {
    return bad_record(
        fmt::format("Column '{}': there are no arrays in MySQL and MariaDB; "
                    "leave the field out or turn it into text",
                    column.name));
  }
  if (kind == CellKind::kBoolean || kind == CellKind::kInteger) {
    buffer.form_ = Form::kInteger;
    buffer.type_ = MYSQL_TYPE_LONGLONG;
  } else if (kind == CellKind::kFloat32 && declared.type == SqlType::kReal) {
    buffer.form_ = Form::kFloat32;
    buffer.type_ = MYSQL_TYPE_FLOAT;
  } else if (kind == CellKind::kFloat32 && declared.type != SqlType::kDouble) {
    buffer.form_ = Form::kText;  // as a double it would show digits that it does not have
  } else if (kind == CellKind::kFloat32 || kind == CellKind::kFloat64) {
    buffer.form_ = Form::kFloat64;
    buffer.type_ = MYSQL_TYPE_DOUBLE;
  } else if (kind == CellKind::kBytes) {
    buffer.type_ = MYSQL_TYPE_BLOB;
  } else if (kind == CellKind::kDecimal) {
    buffer.form_ = Form::kText;
  } else if (is_time(kind) && is_called(declared, "year")) {
    buffer.form_ = Form::kYear;
    buffer.type_ = MYSQL_TYPE_LONGLONG;
  } else if (is_time(kind) && declared.type == SqlType::kText) {
    buffer.form_ = Form::kText;
  } else if (is_time(kind)) {
    buffer.form_ = Form::kTime;
    const bool of_day =
        kind == CellKind::kTime && declared.type != SqlType::kTimestamp && declared.type != SqlType::kDate;
    buffer.type_ = of_day ? MYSQL_TYPE_TIME : time_type(kind, declared);
  }
  return buffer;
}

/// What is written: UTC for a column that holds points in time, else what the
/// zone's clock shows.
Instant MariaDbColumnBuffer::clock_of(const Value& cell) const {
  if (zoned_ && cells_.kind != CellKind::kDate) return instant_of(cells_, cell);
  return local_of(cells_, cell, *options_);
}

void MariaDbColumnBuffer::append_text(const Value& cell) {
  switch (cells_.kind) {
    case CellKind::kFloat32:
      sdk::append_java_float32(scratch_, cell.as_float32());
      return;
    case CellKind::kFloat64:
      sdk::append_java_float64(scratch_, cell.as_float64());
      return;
    case CellKind::kDecimal:
      sdk::append_decimal_plain(scratch_, cell.as_bytes(), cell.decimal_scale());
      return;
    case CellKind::kDate:
      scratch_ += format_time(clock_of(cell), '\0', 0);
      return;
    case CellKind::kTime:
      scratch_ += format_time(clock_of(cell), ' ', 6).substr(sizeof("1970-01-01"));
      return;
    case CellKind::kTimestamp:
      scratch_ += format_time(clock_of(cell), ' ', 6);
      return;
    default:
      sdk::append_java_text(scratch_, cell);
  }
}

Error MariaDbColumnBuffer::refuse(const Value& cell) const {
  MariaDbColumnBuffer shown;
  shown.cells_ = cells_;
  shown.options_ = options_;
  shown.append_text(cell);
  return bad_record(fmt::format("Column '{}' cannot hold '{}'", name_, shown.scratch_.substr(0, kShownMax)));
}

bool MariaDbColumnBuffer::fill_number(size_t row, const Value& cell) {
  switch (form_) {
    case Form::kInteger:
      integers_[row] = cell.as_integer();
      return true;
    case Form::kFloat32:
      floats_[row] = cell.as_float32();
      return std::isfinite(floats_[row]);
    default:
      doubles_[row] = cell.as_float64();
      return std::isfinite(doubles_[row]);
  }
}

bool MariaDbColumnBuffer::fill_time(size_t row, const Value& cell) {
  const Instant clock = clock_of(cell);
  if (clock.seconds < kFirstSecond || clock.seconds > kLastSecond) return false;
  MYSQL_TIME time = mariadb_time(clock);
  if (form_ == Form::kYear) {
    integers_[row] = time.year;
    return true;
  }
  if (type_ == MYSQL_TYPE_TIME) {
    time.year = time.month = time.day = 0;
    time.time_type = MYSQL_TIMESTAMP_TIME;
  } else if (type_ == MYSQL_TYPE_DATE) {
    time.hour = time.minute = time.second = 0;
    time.second_part = 0;
    time.time_type = MYSQL_TIMESTAMP_DATE;
  }
  times_[row] = time;
  pointers_[row] = &times_[row];
  return true;
}

Status MariaDbColumnBuffer::fill_cell(size_t row, const Value& cell) {
  nulls_[row] = cell.is_null() ? 1 : 0;
  if (cell.is_null()) {
    if (form_ == Form::kText) offsets_[row] = scratch_.size();
    if (form_ == Form::kText || form_ == Form::kBorrowed) {
      pointers_[row] = "";
      lengths_[row] = 0;
    }
    if (form_ == Form::kTime) pointers_[row] = &times_[row];
    return {};
  }
  switch (form_) {
    case Form::kBorrowed: {
      const BytesView bytes = cell.as_bytes();
      pointers_[row] = bytes.data() == nullptr ? "" : bytes.data();
      lengths_[row] = bytes.size();
      return {};
    }
    case Form::kText:
      offsets_[row] = scratch_.size();
      append_text(cell);
      lengths_[row] = scratch_.size() - offsets_[row];
      if (cells_.kind == CellKind::kFloat32 && !std::isfinite(cell.as_float32())) return refuse(cell);
      return {};
    case Form::kTime:
    case Form::kYear:
      return fill_time(row, cell) ? Status{} : refuse(cell);
    default:
      return fill_number(row, cell) ? Status{} : refuse(cell);
  }
}

Status MariaDbColumnBuffer::fill(const RowBlock& rows, size_t first, size_t count, size_t column) {
  nulls_.resize(count);
  if (form_ == Form::kInteger || form_ == Form::kYear) integers_.resize(count);
  if (form_ == Form::kFloat64) doubles_.resize(count);
  if (form_ == Form::kFloat32) floats_.resize(count);
  if (form_ == Form::kTime) times_.resize(count);
  if (form_ == Form::kText) offsets_.resize(count);
  if (form_ == Form::kText || form_ == Form::kBorrowed || form_ == Form::kTime) {
    pointers_.resize(count);
    lengths_.resize(count);
  }
  scratch_.clear();
  for (size_t row = 0; row < count; ++row)
    SLUICE_RETURN_IF_ERROR(fill_cell(row, rows.cells[(first + row) * rows.columns + column]));
  if (form_ != Form::kText) return {};
  for (size_t row = 0; row < count; ++row) pointers_[row] = scratch_.data() + offsets_[row];
  return {};
}

void MariaDbColumnBuffer::bind_all(MYSQL_BIND& bind) {
  bind = {};
  bind.buffer_type = type_;
  bind.u.indicator = nulls_.data();
  switch (form_) {
    case Form::kInteger:
    case Form::kYear:
      bind.buffer = integers_.data();
      break;
    case Form::kFloat32:
      bind.buffer = floats_.data();
      break;
    case Form::kFloat64:
      bind.buffer = doubles_.data();
      break;
    default:
      bind.buffer = pointers_.data();
      bind.length = lengths_.data();
  }
}

void MariaDbColumnBuffer::bind_row(size_t row, MYSQL_BIND& bind) {
  bind = {};
  bind.buffer_type = type_;
  bind.is_null = &nulls_[row];
  switch (form_) {
    case Form::kInteger:
    case Form::kYear:
      bind.buffer = &integers_[row];
      break;
    case Form::kFloat32:
      bind.buffer = &floats_[row];
      break;
    case Form::kFloat64:
      bind.buffer = &doubles_[row];
      break;
    default:
      bind.buffer = const_cast<void*>(pointers_[row]);
      bind.length = &lengths_[row];
      bind.buffer_length = lengths_[row];
  }
}

size_t MariaDbColumnBuffer::bytes_of(const Value& cell) {
  switch (cell.kind()) {
    case sdk::Kind::kString:
    case sdk::Kind::kBytes:
      return cell.as_bytes().size() + sizeof(uint64_t);
    case sdk::Kind::kDecimal:  // two and a half digits a byte, and zeros
      return cell.as_bytes().size() * 3 + static_cast<size_t>(std::abs(cell.decimal_scale())) +
             kFixedCellBytes;
    default:
      return kFixedCellBytes;
  }
}

}  // namespace sluice::connectors::sql
