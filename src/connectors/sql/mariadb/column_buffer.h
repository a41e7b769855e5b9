#pragma once
// The cells of one column as libmariadb binds them: in arrays that stay from
// block to block.

#include <mysql.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/sql/table_write.h"

namespace sluice::connectors::sql {

class MariaDbColumnBuffer {
 public:
  /// `options` outlive the buffer. Error kind kBadRecord: cells of that kind
  /// cannot be written.
  static Result<MariaDbColumnBuffer> make(const WriteColumn& column, const WriteOptions& options);

  /// Column `column` of `count` rows from `first` on; texts and bytes are
  /// borrowed until the rows are bound and sent. Error kind kBadRecord names
  /// the column.
  Status fill(const RowBlock& rows, size_t first, size_t count, size_t column);
  /// All rows as one array, for bulk execution.
  void bind_all(MYSQL_BIND& bind);
  /// One row of those filled.
  void bind_row(size_t row, MYSQL_BIND& bind);
  /// What the cell of that row takes up in a packet, at most.
  static size_t bytes_of(const sdk::Value& cell);

 private:
  /// How cells are handed over.
  enum class Form : uint8_t { kInteger, kFloat32, kFloat64, kBorrowed, kText, kTime, kYear };

  Status fill_cell(size_t row, const sdk::Value& cell);
  bool fill_number(size_t row, const sdk::Value& cell);
  bool fill_time(size_t row, const sdk::Value& cell);
  Instant clock_of(const sdk::Value& cell) const;
  void append_text(const sdk::Value& cell);
  Error refuse(const sdk::Value& cell) const;

  std::string name_;
  CellType cells_;
  const WriteOptions* options_ = nullptr;
  Form form_ = Form::kBorrowed;
  enum_field_types type_ = MYSQL_TYPE_STRING;
  bool zoned_ = false;  // the column holds points in time

  std::vector<char> nulls_;  // 1: STMT_INDICATOR_NULL, and true
  std::vector<int64_t> integers_;
  std::vector<double> doubles_;
  std::vector<float> floats_;
  std::vector<MYSQL_TIME> times_;
  std::vector<const void*> pointers_;
  std::vector<unsigned long> lengths_;
  std::string scratch_;
  std::vector<size_t> offsets_;  // of texts in scratch_
};

}  // namespace sluice::connectors::sql
