#pragma once
// Reads the binary log from a place on and writes its events (io.debezium.connector.binlog.
// BinlogStreamingChangeEventSource). One thread.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/stop_signal.h"
#include "connectors/cdc/common/incremental_snapshot.h"
#include "connectors/cdc/common/signal_channels.h"
#include "connectors/cdc/mysql/binlog_connection.h"
#include "connectors/cdc/mysql/binlog_event.h"
#include "connectors/cdc/mysql/chunks.h"
#include "connectors/cdc/mysql/rows_event.h"
#include "connectors/cdc/mysql/schema_changes.h"
#include "connectors/cdc/mysql/tables.h"
#include "drivers/mysql/session.h"

namespace sluice::connectors::cdc::mysql {

class LogStream {
 public:
  /// Gives a session for what is asked of the server beside its log; made when it is needed.
  using Metadata = std::function<Result<sluice::mysql::Session*>()>;

  /// All references outlive the stream.
  LogStream(const Options& options, const SourceInfo& source, Output& output, Tables& tables,
            SchemaChanges& changes, Metadata metadata, SignalChannels& channels, const Clock& clock,
            const StopSignal& stop);

  /// Reads on from the output's position until told to stop.
  Status run(const BinlogStart& start);

 private:
  /// A table of the log's, by its number, and what is to become of its rows.
  struct LogTable {
    TableMap map;
    TablePtr table;  // null: its rows are of no interest
  };

  Status read_some(BinlogConnection& connection);
  Status handle_bytes(BytesView bytes);
  Status handle(const BinlogEvent& event);
  Status dispatch(const BinlogEvent& event);
  Status push();

  /// What the row of the signal table at hand says; its cells are copied over if the batch changes.
  Status take_signal(std::vector<sdk::Value>& cells, bool deleted);
  Status poll_channels();
  Status blocking_snapshot_if_asked();
  /// A statement that changes tables; the chunk of one that it changes is read again.
  Status apply_ddl(const std::string& statement, const std::string& database);

  Status rotate(const BinlogEvent& event);
  Status gtid(const BinlogEvent& event);
  Status maria_gtid(const BinlogEvent& event);
  void begin(bool announces);
  Status commit(const BinlogEvent& event);
  Status query(const BinlogEvent& event);
  Status table_map(const BinlogEvent& event);
  Result<TablePtr> table_of(const TableMap& map);
  Status rows(const BinlogEvent& event);
  Status write_rows(const LogTable& target, int skipped);
  Status write_row(const LogTable& target, int row);
  Status truncate(const TableId& id);
  Status unpack_transaction(const BinlogEvent& event);
  Status heartbeat_if_due();

  Status decode(const Table& table, const std::vector<Cell>& cells, const std::vector<sdk::Value>* before,
                std::vector<sdk::Value>& values);
  /// `id` lives as long as the batch.
  EventOrigin origin_of(const TableId& id);
  std::string_view transaction_id();
  bool is_filtered(const std::string& source) const;
  void set_time(const BinlogEvent& event);

  const Options& options_;
  const SourceInfo& source_;
  Output& output_;
  Tables& tables_;
  SchemaChanges& changes_;
  const Metadata metadata_;
  SignalChannels& channels_;
  const Clock& clock_;
  const StopSignal& stop_;
  Chunks chunks_;
  IncrementalSnapshot incremental_;

  std::optional<EventParser> parser_;
  std::optional<GtidSet> gtids_;  // of all transactions so far
  std::map<uint64_t, LogTable> log_tables_;
  uint64_t last_number_ = 0;  // of the table that was asked for last
  LogTable* last_table_ = nullptr;
  RowsReader reader_;
  PositionTexts texts_;
  std::vector<Cell> before_cells_;
  std::vector<Cell> after_cells_;
  std::vector<sdk::Value> before_;
  std::vector<sdk::Value> after_;
  std::string unpacked_;
  std::string transaction_text_;
  // Going on in the midst of a transaction.
  int64_t events_to_skip_ = 0;
  int64_t rows_to_skip_ = 0;
  bool skipping_ = false;
  bool filtered_ = false;    // the transaction comes from a server that is left out
  bool exact_time_ = false;  // the GTID told when the transaction was committed
  bool in_payload_ = false;  // events of a compressed transaction are at its place
  int64_t until_clock_ = 0;  // rows until the clock is read again
};

}  // namespace sluice::connectors::cdc::mysql
