#pragma once
// Writes records to tables of one database, by one connection.
//
// Rows are streamed: a transaction takes batch after batch while records keep coming, for half a second at
// most, and is committed as soon as they do not. What it holds is not durable before, and the consumer goes
// back to there when it fails. A batch with a row that the database refuses is written again alone, behind
// savepoints.

#include <memory>
#include <optional>

#include "base/clock.h"
#include "connectors/sql/sink/offset_table.h"
#include "connectors/sql/sink/options.h"
#include "connectors/sql/sink/partitions.h"
#include "connectors/sql/sink/session.h"
#include "connectors/sql/sink/writing.h"
#include "sdk/sink.h"

namespace sluice::connectors::sql {

class SqlSinkTask final : public sdk::SinkTask {
 public:
  explicit SqlSinkTask(SinkFlavour flavour, const Clock& clock = system_clock())
      : flavour_(flavour), clock_(clock) {}

  Status start(const sdk::Properties& properties, sdk::SinkTaskContext& context) override;
  Status open(std::span<const sdk::TopicPartition> partitions) override;
  Status close(std::span<const sdk::TopicPartition> partitions) override;
  Status put(sdk::RecordBatch& batch) override;
  Result<sdk::Offsets> pre_commit(const sdk::Offsets& offsets) override;
  void stop() override;

 private:
  /// Connects and claims, if need be. True: what is not written comes again, from where a claim says if it
  /// has one.
  Result<bool> connect();
  /// Takes over partitions in the offset table, and goes on where it says.
  Status claim();
  void release(const sdk::TopicPartition& partition);
  Status deliver(sdk::RecordBatch& batch);
  Status deliver_carefully(sdk::RecordBatch& batch);
  Status commit();
  Status commit_or_recover();
  /// Whether it is time to commit after a batch of that size.
  bool is_due(size_t records) const;
  /// Undoes what is open and goes back to what is written.
  void go_back();
  /// After an error: {} when all that is not written will come again, else the error that ends the task.
  Status recover(sdk::RecordBatch& batch, const Error& error);
  /// Waits before the next try, if there is one.
  Status retry_later(const Error& error);
  Status give_up(const sdk::Record& record, const Error& error);

  const SinkFlavour flavour_;
  const Clock& clock_;
  SinkOptions options_;
  sdk::SinkTaskContext* context_ = nullptr;
  Partitions partitions_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<Writing> writing_;
  std::optional<OffsetTable> offset_table_;
  int64_t began_ms_ = 0;  // the open transaction
  size_t open_records_ = 0;
  size_t careful_records_ = 0;  // still to be written one batch at a time
  int failures_ = 0;            // in a row
};

}  // namespace sluice::connectors::sql
