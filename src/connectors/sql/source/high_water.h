#pragma once
// How far reading may go so that rows committed late are not passed by: rows get their time or id before they
// are committed, so what is visible up to a moment is all there will ever be only once the transactions that
// ran at that moment have ended. The Java connector does not wait, and loses such rows. Task thread.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "connectors/sql/connection.h"

namespace sluice::connectors::sql {

class HighWater {
 public:
  /// Waits for a transaction no longer than `wait_max_ms`; 0: never. `clock` outlives this.
  HighWater(int64_t wait_max_ms, const Clock& clock) : wait_max_ms_(wait_max_ms), clock_(clock) {}

  struct Bound {
    Instant time;               // rows before it are complete
    std::optional<int64_t> id;  // rows up to it are complete; none: no bound
  };
  /// The furthest bound that is safe by now. `max_id_sql` selects the highest id that is visible; empty: ids
  /// do not matter. `subject`: of messages, "table orders". Nothing: no moment since the first call is safe
  /// yet.
  Result<std::optional<Bound>> advance(Connection& connection, const std::string& max_id_sql,
                                       const std::string& subject);
  /// Whether the last bound was not the moment it was asked for.
  bool is_held_back() const { return held_back_; }

 private:
  struct Mark {
    Bound bound;
    int64_t taken_ms = 0;
    std::vector<std::string> running;  // sorted
  };
  Result<Mark> take(Connection& connection, const std::string& max_id_sql, const std::string& subject);
  Result<bool> database_tells(Connection& connection);

  const int64_t wait_max_ms_;
  const Clock& clock_;
  std::optional<bool> database_tells_;  // which transactions run; nothing: not asked yet
  bool held_back_ = false;
  std::deque<Mark> marks_;  // the first is the last that was safe, or the first of all
};

}  // namespace sluice::connectors::sql
