#pragma once
// Leaves out what was published before: the server sends a transaction that was read in part from its
// beginning. One thread.

#include <cstdint>

#include "connectors/cdc/postgres/position.h"

namespace sluice::connectors::cdc::postgres {

/// Where to ask the server to begin: behind the last transaction that was read whole.
Lsn resume_lsn(const Position& position);

class ResumeFilter {
 public:
  /// `position`: of the last event published.
  void restart(const Position& position);
  /// The first transaction that comes is the one that was read in part, or it was read whole.
  void begin(uint32_t xid);
  /// Whether the transaction's beginning was told before.
  bool resumes() const { return active_; }
  void end() {
    active_ = false;
    pending_ = false;
  }
  /// Whether this change was published before.
  bool skips(Lsn lsn);

 private:
  Position position_;
  bool pending_ = false;
  bool active_ = false;
  int64_t left_at_lsn_ = 0;
};

}  // namespace sluice::connectors::cdc::postgres
