#include "connectors/sql/source/high_water.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace sluice::connectors::sql {
namespace {

constexpr size_t kMarksMax = 1000;
constexpr int64_t kBelowAll = std::numeric_limits<int64_t>::min();

bool share_none(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() && right != b.end()) {
    if (*left == *right) return false;
    *left < *right ? ++left : ++right;
  }
  return true;
}

Result<std::optional<int64_t>> read_id(Connection& connection, const std::string& sql,
                                       const std::string& subject) {
  SLUICE_ASSIGN_OR_RETURN(const Answer answer,
                          connection.execute(sql, {}, "look at the highest id of " + subject));
  // Of an empty table nothing may be read: what comes next need not be all that there will be below it.
  if (answer.rows.empty() || !answer.rows[0][0]) return std::optional(kBelowAll);
  const std::string& text = *answer.rows[0][0];
  int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  return parsed.ec == std::errc() ? std::optional(value) : std::nullopt;
}

}  // namespace

Result<bool> HighWater::database_tells(Connection& connection) {
  if (wait_max_ms_ == 0) return false;
  if (!database_tells_) {
    SLUICE_ASSIGN_OR_RETURN(const auto running, connection.running_transactions());
    database_tells_ = running.has_value();
  }
  return *database_tells_;
}

Result<HighWater::Mark> HighWater::take(Connection& connection, const std::string& max_id_sql,
                                        const std::string& subject) {
  Mark mark;
  mark.taken_ms = clock_.steady_ms();
  // Where it does not tell, the highest id would be asked for in vain, and that of a query can be dear.
  SLUICE_ASSIGN_OR_RETURN(const bool tells, database_tells(connection));
  // In this order: whoever had a time or an id by then, and is not visible, still runs when that is asked.
  SLUICE_ASSIGN_OR_RETURN(mark.bound.time, connection.now());
  if (!tells) return mark;
  if (!max_id_sql.empty()) {
    SLUICE_ASSIGN_OR_RETURN(mark.bound.id, read_id(connection, max_id_sql, subject));
  }
  SLUICE_ASSIGN_OR_RETURN(auto running, connection.running_transactions());
  if (!running) {
    mark.bound.id.reset();
    return mark;
  }
  mark.running = std::move(*running);
  return mark;
}

Result<std::optional<HighWater::Bound>> HighWater::advance(Connection& connection,
                                                           const std::string& max_id_sql,
                                                           const std::string& subject) {
  SLUICE_ASSIGN_OR_RETURN(Mark mark, take(connection, max_id_sql, subject));
  const std::vector<std::string> running = mark.running;
  const int64_t now_ms = mark.taken_ms;
  marks_.push_back(std::move(mark));
  for (size_t i = marks_.size(); i-- > 0;) {
    const bool waited = now_ms - marks_[i].taken_ms >= wait_max_ms_;
    if (!waited && !share_none(marks_[i].running, running)) continue;
    held_back_ = i + 1 < marks_.size();
    const Bound bound = marks_[i].bound;
    marks_.erase(marks_.begin(), marks_.begin() + static_cast<ptrdiff_t>(i));
    return std::optional<Bound>(bound);
  }
  held_back_ = true;
  if (marks_.size() > kMarksMax) marks_.erase(marks_.begin() + 1);
  return std::optional<Bound>();
}

}  // namespace sluice::connectors::sql
