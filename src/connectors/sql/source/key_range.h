#pragma once
// Big tables in pieces: ranges of their key, so that several tasks read one table in bulk mode.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "connectors/sql/connection.h"

namespace sluice::connectors::sql {

/// above < key <= up_to; without an end where none is given.
struct KeyRange {
  std::optional<int64_t> above;
  std::optional<int64_t> up_to;

  bool whole() const { return !above && !up_to; }
  bool operator==(const KeyRange&) const = default;
};

struct TableSlice {
  TableId table;
  KeyRange range;
};

/// The one whole-numbered column that is the primary key; empty: there is none to go by.
std::string range_column(const TableShape& shape);

/// Pieces of about `rows` rows, judged by the lowest and the highest key, and at most `pieces_max` a table;
/// tables without such a key stay whole. 0 rows: all do.
Result<std::vector<TableSlice>> slice_tables(Connection& connection, const std::vector<TableId>& tables,
                                             int64_t rows, int pieces_max);

/// ":1000,1000:2000,2000:" and back; a whole table is ":".
std::string join_ranges(const std::vector<TableSlice>& slices);
std::vector<KeyRange> split_ranges(std::string_view text);

}  // namespace sluice::connectors::sql
