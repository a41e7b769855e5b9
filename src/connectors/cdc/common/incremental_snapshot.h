#pragma once
// Reads tables again, chunk by chunk, while the log is being read (Netflix's DBLog: watermarks; as Debezium's
// SignalBasedIncrementalSnapshotChangeEventSource has it). A chunk is read between two signals that it writes
// itself; when the log shows the second, its rows are written, but for those that the log has told anew
// between the two. One thread, that of the stream.

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "connectors/cdc/common/chunk_source.h"
#include "connectors/cdc/common/notifications.h"
#include "connectors/cdc/common/signal.h"

namespace sluice::connectors::cdc {

class IncrementalSnapshot {
 public:
  /// All references outlive this. How far it is stands in the writer's extras.
  IncrementalSnapshot(const CommonOptions& options, ChunkSource& source, EventWriter& writer,
                      const Clock& clock)
      : options_(options),
        source_(source),
        writer_(writer),
        notifications_(options, writer, clock),
        clock_(clock) {}

  /// Goes on with what the offset tells of.
  Status start();
  /// Does what the signal says; what it cannot mean is a line of the log. An error ends the stream.
  Status handle(const Signal& signal);
  /// Whether changes have to be shown to forget().
  bool window_open() const { return open_; }
  /// A change of the table: what was read of this row is out of date.
  void forget(const EventPlan& plan, Cells row);
  /// The one that is being read; null: none.
  const TableId* current_table() { return progress().running() ? &progress().tables.front().id : nullptr; }
  /// The table has other columns now: its chunk is read again.
  Status table_changed(const TableId& table);
  /// What a signal asks for that the stream has to do: a snapshot while it stands still.
  std::optional<SnapshotSignal> take_blocking() { return std::exchange(blocking_, std::nullopt); }
  Notifications& notifications() { return notifications_; }

 private:
  IncrementalProgress& progress() { return writer_.extras().incremental; }
  Status execute(const Signal& signal, SnapshotSignal request);
  Status stop(const SnapshotSignal& request);
  Status pause(bool paused);
  Status open_window(const std::string& id);
  Status close_window(const std::string& id);
  bool expects(const std::string& id) const { return !chunk_.empty() && id.starts_with(chunk_); }

  Status write_rows();
  Status read_chunk();
  Status mark_begin();
  Status mark_end();
  /// Whether there is a chunk to wait for; tables without rows are passed by.
  Result<bool> read_rows();
  Result<bool> read_current();
  Status skip_table(const char* status, const std::string& why);
  void end_table(const char* status);
  Status process_stops();
  Result<std::vector<std::string>> expand(const std::vector<std::string>& patterns);

  std::string tables_text();
  void notify(std::string_view type, Notifications::Data data);

  const CommonOptions& options_;
  ChunkSource& source_;
  EventWriter& writer_;
  Notifications notifications_;
  const Clock& clock_;

  std::string chunk_;  // id of the one that is waited for; empty: none
  std::string opened_at_;
  bool open_ = false;
  std::shared_ptr<ChunkRows> rows_;
  std::unordered_map<std::string, size_t> by_key_;  // rows that a change may make out of date
  std::optional<ChunkKey> chunk_end_;
  std::vector<std::string> stops_;
  std::optional<SnapshotSignal> blocking_;
  int64_t scanned_ = 0;
};

}  // namespace sluice::connectors::cdc
