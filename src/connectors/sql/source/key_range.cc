#include "connectors/sql/source/key_range.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace sluice::connectors::sql {
namespace {

bool is_whole_number(SqlType type) {
  return type == SqlType::kTinyint || type == SqlType::kSmallint || type == SqlType::kInteger ||
         type == SqlType::kBigint;
}

std::optional<int64_t> number_of(std::string_view text) {
  int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() ? std::optional(value)
                                                                             : std::nullopt;
}

struct Ends {
  int64_t lowest;
  int64_t highest;
};

/// Nothing of an empty table.
Result<std::optional<Ends>> ends_of(Connection& connection, const TableId& table, const std::string& column) {
  const Dialect& dialect = connection.dialect();
  const std::string sql =
      fmt::format("SELECT MIN({0}), MAX({0}) FROM {1}", dialect.quote(column), dialect.quote(table));
  SLUICE_ASSIGN_OR_RETURN(const Answer answer,
                          connection.execute(sql, {}, "look at the keys of table " + plain_name(table)));
  if (answer.rows.empty() || !answer.rows[0][0] || !answer.rows[0][1]) return std::optional<Ends>();
  const auto lowest = number_of(*answer.rows[0][0]);
  const auto highest = number_of(*answer.rows[0][1]);
  if (!lowest || !highest) return std::optional<Ends>();
  return std::optional<Ends>(Ends{*lowest, *highest});
}

void add_pieces(const TableId& table, const Ends& ends, int64_t rows, int pieces_max,
                std::vector<TableSlice>& slices) {
  const uint64_t span = static_cast<uint64_t>(ends.highest) - static_cast<uint64_t>(ends.lowest);
  const uint64_t wanted = span / static_cast<uint64_t>(rows) + 1;
  const uint64_t pieces = std::min<uint64_t>(wanted, static_cast<uint64_t>(std::max(pieces_max, 1)));
  const uint64_t step = span / pieces + 1;
  KeyRange range;
  for (uint64_t i = 1; i < pieces; ++i) {
    range.up_to = static_cast<int64_t>(static_cast<uint64_t>(ends.lowest) + i * step);
    slices.push_back({table, range});
    range.above = range.up_to;
  }
  range.up_to.reset();  // also what is added meanwhile
  slices.push_back({table, range});
}

}  // namespace

std::string range_column(const TableShape& shape) {
  const Column* key = nullptr;
  for (const Column& column : shape.columns) {
    if (column.key_position == 0) continue;
    if (key != nullptr || !is_whole_number(column.type)) return "";
    key = &column;
  }
  return key == nullptr ? "" : key->name;
}

Result<std::vector<TableSlice>> slice_tables(Connection& connection, const std::vector<TableId>& tables,
                                             int64_t rows, int pieces_max) {
  std::vector<TableSlice> slices;
  for (const TableId& table : tables) {
    std::optional<Ends> ends;
    if (rows > 0) {
      SLUICE_ASSIGN_OR_RETURN(const TableShape shape, connection.describe(table));
      if (const std::string column = range_column(shape); !column.empty()) {
        SLUICE_ASSIGN_OR_RETURN(ends, ends_of(connection, table, column));
      }
    }
    if (ends) {
      add_pieces(table, *ends, rows, pieces_max, slices);
    } else {
      slices.push_back({table, {}});
    }
  }
  return slices;
}

std::string join_ranges(const std::vector<TableSlice>& slices) {
  std::string text;
  const auto number = [](const std::optional<int64_t>& value) { return value ? std::to_string(*value) : ""; };
  for (const TableSlice& slice : slices)
    text +=
        fmt::format("{}{}:{}", text.empty() ? "" : ",", number(slice.range.above), number(slice.range.up_to));
  return text;
}

std::vector<KeyRange> split_ranges(std::string_view text) {
  std::vector<KeyRange> ranges;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    const std::string_view one = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    const size_t colon = std::min(one.find(':'), one.size());
    ranges.push_back({number_of(one.substr(0, colon)),
                      colon < one.size() ? number_of(one.substr(colon + 1)) : std::nullopt});
  }
  return ranges;
}

}  // namespace sluice::connectors::sql
