#pragma once
// Which rows are new: the WHERE and ORDER BY of each mode, and what stands for their placeholders.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "connectors/sql/connection.h"
#include "connectors/sql/source/high_water.h"
#include "connectors/sql/source/key_range.h"
#include "connectors/sql/source/offsets.h"
#include "connectors/sql/source/options.h"

namespace sluice::connectors::sql {

/// What is read: a table or the query, and the columns that tell its order.
struct Subject {
  TableId table;
  std::string query;  // empty: the table
  std::string id_column;
  std::vector<std::string> timestamp_columns;
  KeyRange range;  // of bulk mode
  std::string range_column;
  bool null_times = false;    // the rows that have no time, by their ids alone
  std::string columns = "*";  // what is selected of a table

  bool is_query() const { return !query.empty(); }
  std::string text() const { return is_query() ? "the query" : "table " + plain_name(table); }
};

class Criteria {
 public:
  /// `dialect` is the connection's.
  Criteria(const SourceOptions& options, const Dialect& dialect, Subject subject)
      : options_(options), dialect_(dialect), subject_(std::move(subject)) {}

  /// "COALESCE(a,b)" or the one timestamp column.
  std::string time_expression() const;
  /// What stands after FROM to look at the times.
  std::string from() const;
  /// Rows after `offset`, before `end.time` and up to `end.id`.
  Statement statement(const SourceOffset& offset, const HighWater::Bound& end,
                      const TimeStorage& storage) const;
  /// Selects the highest id; empty where ids alone do not tell the order.
  std::string max_id() const;
  /// What is selected of the table from now on.
  void select(std::string columns) { subject_.columns = std::move(columns); }

 private:
  /// Keeps a parameter; its placeholder.
  using Hold = std::function<std::string(const Parameter&)>;
  std::string range_condition(const Hold& hold) const;
  std::string id_condition(const SourceOffset& offset, const HighWater::Bound& end, const Hold& hold) const;
  std::string column(const std::string& name) const;
  std::string table() const;

  const SourceOptions& options_;
  const Dialect& dialect_;
  Subject subject_;
};

}  // namespace sluice::connectors::sql
