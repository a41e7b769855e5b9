#include "connectors/cdc/postgres/resume.h"

#include <algorithm>

namespace sluice::connectors::cdc::postgres {
namespace {

bool is_change(std::string_view message) {
  return message == "INSERT" || message == "UPDATE" || message == "DELETE" || message == "TRUNCATE" ||
         message == "MESSAGE";
}

}  // namespace

Lsn resume_lsn(const Position& position) {
  if (position.commit) return *position.commit;
  if (position.processed) return *position.processed;
  return position.lsn.value_or(0);
}

void ResumeFilter::restart(const Position& position) {
  position_ = position;
  pending_ = position.xid.has_value() && (is_change(position.message) || position.message == "BEGIN");
  active_ = false;
  // Debezium does not count changes of one LSN: one of them at least was published.
  left_at_lsn_ = std::max<int64_t>(position.events_at_lsn, 1);
}

void ResumeFilter::begin(uint32_t xid) {
  active_ = pending_ && position_.xid == static_cast<int64_t>(xid);
  pending_ = false;
}

bool ResumeFilter::skips(Lsn lsn) {
  if (!active_ || !is_change(position_.message) || !position_.lsn) return false;
  if (lsn < *position_.lsn) return true;
  return lsn == *position_.lsn && left_at_lsn_-- > 0;
}

}  // namespace sluice::connectors::cdc::postgres
