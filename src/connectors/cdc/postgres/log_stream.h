#pragma once
// Reads the slot: from START_REPLICATION until it is told to stop or the connection breaks. One thread, but
// for acknowledge().

#include <atomic>
#include <memory>
#include <string>

#include "base/clock.h"
#include "connectors/cdc/common/incremental_snapshot.h"
#include "connectors/cdc/common/signal_channels.h"
#include "connectors/cdc/postgres/chunks.h"
#include "connectors/cdc/postgres/options.h"
#include "connectors/cdc/postgres/output.h"
#include "connectors/cdc/postgres/pgoutput.h"
#include "connectors/cdc/postgres/resume.h"
#include "connectors/cdc/postgres/tables.h"
#include "drivers/postgres/session.h"

namespace sluice::connectors::cdc::postgres {

class LogStream {
 public:
  /// All references outlive the stream. `metadata` is the session of the catalogue; `acknowledged` is what
  /// Kafka has, 0 for nothing yet.
  LogStream(const Options& options, Output& output, Tables& tables, sluice::postgres::Session& metadata,
            sluice::postgres::Session& replication, const std::atomic<Lsn>& acknowledged,
            SignalChannels& channels, const Clock& clock, const StopSignal& stop);

  Status run(Lsn start);

 private:
  Status start(Lsn from);
  /// Reads pieces until there are none, or the batch is full.
  Status read_some();
  Status handle_piece(BytesView piece);
  Status handle_data(Lsn lsn, BytesView bytes);
  Status handle(const Message& message);

  Status relation(const Message& message);
  Status begin(const Message& message);
  Status commit(const Message& message);
  Status insert(const Message& message);
  Status update(const Message& message);
  Status remove(const Message& message);
  Status truncate(const Message& message);
  Status logical_message(const Message& message);

  /// The table of a change that is to be published; null if it is not.
  Result<const TablePtr*> table_of(const Message& message);
  Status decode(const Table& table, const Tuple& tuple, std::vector<sdk::Value>& cells,
                const std::vector<sdk::Value>* old_cells);
  Result<sdk::Value> decode_cell(const Table& table, size_t column, const TupleCell& cell);
  /// Moves the position to a change; `what` as offsets name it.
  void move_to(std::string_view what);
  EventOrigin origin_of(const Table& table);
  std::string_view shown_transaction();

  /// What the row of the signal table at hand says; cells of the arena are copied over if the batch changes.
  Status take_signal(std::vector<sdk::Value>& cells, bool deleted);
  Status poll_channels();
  Status blocking_snapshot_if_asked();

  Status push();
  /// What must be told to the server now and then, and what it asks for.
  Status keep_alive(bool asked);
  Status heartbeat_if_due();
  Status refresh_xmin();

  const Options& options_;
  Output& output_;
  Tables& tables_;
  sluice::postgres::Session& metadata_;
  sluice::postgres::Session& replication_;
  const std::atomic<Lsn>& acknowledged_;
  SignalChannels& channels_;
  const Clock& clock_;
  const StopSignal& stop_;

  Lsn lsn_ = 0;  // of the message at hand
  Chunks chunks_;
  IncrementalSnapshot incremental_;
  ResumeFilter resume_;
  Message message_;
  std::vector<sdk::Value> old_cells_;
  std::vector<sdk::Value> new_cells_;
  std::string transaction_text_;
  Lsn received_ = 0;  // the furthest position that the server told of
  Lsn told_ = 0;      // acknowledged to the server
  int64_t told_ms_ = 0;
  int64_t xmin_ms_ = 0;
  bool in_transaction_ = false;
  int64_t until_clock_ = 0;  // messages until the clock is read again
};

}  // namespace sluice::connectors::cdc::postgres
