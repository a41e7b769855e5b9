#include "connectors/sql/source/criteria.h"

#include <fmt/core.h>

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

Statement Criteria::statement(const SourceOffset& offset, Instant end, const TimeStorage& storage) const {
  Statement statement;
  statement.subject = subject_.text();
  statement.sql = subject_.is_query() ? subject_.query : "SELECT * FROM " + table();
  const auto hold = [&](const Parameter& parameter) {
    statement.parameters.push_back(parameter);
    return dialect_.placeholder(statement.parameters.size());
  };
  const auto time = [&](Instant instant, bool upper) { return hold(TimeParameter{instant, storage, upper}); };
  const Instant begin = offset.timestamp.value_or(Instant{});
  const int64_t id = offset.id.value_or(options_.incrementing_initial);
  if (options_.mode == Mode::kIncrementing) {
    const std::string name = column(subject_.id_column);
    statement.sql += fmt::format(" WHERE {0} > {1} ORDER BY {0} ASC", name, hold(id));
  } else if (options_.mode == Mode::kTimestamp) {
    const std::string when = time_expression();
    const std::string lower = time(begin, false);
    statement.sql +=
        fmt::format(" WHERE {0} > {1} AND {0} < {2} ORDER BY {0} ASC", when, lower, time(end, true));
  } else if (options_.mode == Mode::kTimestampIncrementing) {
    const std::string when = time_expression();
    const std::string name = column(subject_.id_column);
    const std::string upper = time(end, true);
    const std::string same = time(begin, false);
    const std::string after = hold(id);
    statement.sql +=
        fmt::format(" WHERE {0} < {2} AND (({0} = {3} AND {1} > {4}) OR {0} > {5}) ORDER BY {0},{1} ASC",
                    when, name, upper, same, after, time(begin, false));
  }
  if (!options_.query_suffix.empty()) statement.sql += " " + options_.query_suffix;
  return statement;
}

}  // namespace sluice::connectors::sql
