#include "connectors/sql/source/criteria.h"

#include <fmt/core.h>

#include <algorithm>

namespace sluice::connectors::sql {

std::string Criteria::column(const std::string& name) const {
  return dialect_.name(name, options_.quote_identifiers);
}

std::string Criteria::table() const { return dialect_.name(subject_.table, options_.quote_identifiers); }

std::string Criteria::time_expression() const {
  const auto& columns = subject_.timestamp_columns;
  if (columns.size() == 1) return column(columns[0]);
  std::string text = "COALESCE(";
  for (size_t i = 0; i < columns.size(); ++i) text += (i > 0 ? "," : "") + column(columns[i]);
  return text + ")";
}

std::string Criteria::from() const { return subject_.is_query() ? "(" + subject_.query + ") q" : table(); }

std::string Criteria::max_id() const {
  const bool by_id = options_.mode == Mode::kIncrementing || subject_.null_times;
  if (!by_id) return "";
  const std::string condition = subject_.null_times ? " WHERE " + time_expression() + " IS NULL" : "";
  return fmt::format("SELECT MAX({}) FROM {}{}", column(subject_.id_column), from(), condition);
}

std::string Criteria::range_condition(const Hold& hold) const {
  std::string condition;
  const std::string name = column(subject_.range_column);
  if (subject_.range.above) condition = fmt::format("{} > {}", name, hold(*subject_.range.above));
  if (subject_.range.up_to) {
    condition +=
        fmt::format("{}{} <= {}", condition.empty() ? "" : " AND ", name, hold(*subject_.range.up_to));
  }
  return " WHERE " + condition;
}

std::string Criteria::id_condition(const SourceOffset& offset, const HighWater::Bound& end,
                                   const Hold& hold) const {
  const std::string name = column(subject_.id_column);
  std::string condition = subject_.null_times ? time_expression() + " IS NULL AND " : "";
  const int64_t after = offset.id.value_or(options_.incrementing_initial);
  condition += fmt::format("{} > {}", name, hold(after));
  // An end below all would not fit a column of fewer bits.
  if (end.id) condition += fmt::format(" AND {} <= {}", name, hold(std::max(*end.id, after)));
  return fmt::format(" WHERE {} ORDER BY {} ASC", condition, name);
}

Statement Criteria::statement(const SourceOffset& offset, const HighWater::Bound& end,
                              const TimeStorage& storage) const {
  Statement statement;
  statement.subject = subject_.text();
  statement.sql =
      subject_.is_query() ? subject_.query : fmt::format("SELECT {} FROM {}", subject_.columns, table());
  const auto hold = [&](const Parameter& parameter) {
    statement.parameters.push_back(parameter);
    return dialect_.placeholder(statement.parameters.size());
  };
  const auto time = [&](Instant instant, bool upper) { return hold(TimeParameter{instant, storage, upper}); };
  const Instant begin = offset.timestamp.value_or(Instant{});
  if (options_.mode == Mode::kBulk) {
    if (!subject_.range.whole()) statement.sql += range_condition(hold);
  } else if (options_.mode == Mode::kIncrementing || subject_.null_times) {
    statement.sql += id_condition(offset, end, hold);
  } else if (options_.mode == Mode::kTimestamp) {
    const std::string when = time_expression();
    const std::string lower = time(begin, false);
    statement.sql +=
        fmt::format(" WHERE {0} > {1} AND {0} < {2} ORDER BY {0} ASC", when, lower, time(end.time, true));
  } else {
    const std::string when = time_expression();
    const std::string name = column(subject_.id_column);
    const std::string upper = time(end.time, true);
    const std::string same = time(begin, false);
    const std::string after = hold(offset.id.value_or(options_.incrementing_initial));
    statement.sql +=
        fmt::format(" WHERE {0} < {2} AND (({0} = {3} AND {1} > {4}) OR {0} > {5}) ORDER BY {0},{1} ASC",
                    when, name, upper, same, after, time(begin, false));
  }
  if (!options_.query_suffix.empty()) statement.sql += " " + options_.query_suffix;
  return statement;
}

}  // namespace sluice::connectors::sql
