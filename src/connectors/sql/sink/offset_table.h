#pragma once
// Exactly-once delivery: the next offset of each partition, kept in the target database and written in the
// transaction that writes the rows. Each owner of a partition raises its epoch when it takes over; whoever
// has an older one changes nothing any more. Task thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/sql/connection.h"
#include "sdk/topic_partition.h"

namespace sluice::connectors::sql {

class OffsetTable {
 public:
  /// `name` as users write tables; `group_id` tells connectors apart.
  OffsetTable(const std::string& name, std::string group_id);

  struct Claim {
    int64_t epoch = 0;
    std::optional<int64_t> next_offset;  // none: nothing has been written yet
  };

  /// Creates the table if there is none; outside of a transaction.
  Status create(Connection& connection) const;
  /// Makes the caller the owner; a transaction of its own. The session of an owner that did not release() is
  /// ended: it may be hung, and hold locks.
  Result<Claim> claim(Connection& connection, const sdk::TopicPartition& partition) const;
  /// The owner goes: nobody has to end its session. Outside of a transaction.
  Status release(Connection& connection, const sdk::TopicPartition& partition, int64_t epoch) const;
  /// In the open transaction. Error kind kFenced: another owner has come, nothing may be committed.
  Status store(Connection& connection, const sdk::TopicPartition& partition, int64_t epoch,
               int64_t next_offset) const;
  /// Sets the next offset whoever owns the partition, who is fenced by that; -1: forgets it.
  Status reset(Connection& connection, const sdk::TopicPartition& partition, int64_t next_offset) const;

 private:
  Status end_owner(Connection& connection, const sdk::TopicPartition& partition,
                   const std::string& mine) const;
  Result<Claim> claim_in_transaction(Connection& connection, const sdk::TopicPartition& partition,
                                     const std::string& session) const;
  /// " WHERE group_id = ? AND …", placeholders from `first` on.
  std::string where(const Dialect& dialect, size_t first) const;
  std::vector<Scalar> key(const sdk::TopicPartition& partition) const;
  std::string column(const Dialect& dialect, std::string_view name) const { return dialect.quote(name); }

  const TableId table_;
  const std::string group_id_;
};

}  // namespace sluice::connectors::sql
