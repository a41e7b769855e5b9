#pragma once
// Which rows are new: the WHERE and ORDER BY of each mode, and what stands for their placeholders.

#include <optional>
#include <string>
#include <vector>

#include "connectors/sql/connection.h"
#include "connectors/sql/source/offsets.h"
#include "connectors/sql/source/options.h"

namespace sluice::connectors::sql {

/// What is read: a table or the query, and the columns that tell its order.
struct Subject {
  TableId table;
  std::string query;  // empty: the table
  std::string id_column;
  std::vector<std::string> timestamp_columns;

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
  /// Rows after `offset` and before `end`.
  Statement statement(const SourceOffset& offset, Instant end, const TimeStorage& storage) const;

 private:
  std::string column(const std::string& name) const;
  std::string table() const;

  const SourceOptions& options_;
  const Dialect& dialect_;
  const Subject subject_;
};

}  // namespace sluice::connectors::sql
