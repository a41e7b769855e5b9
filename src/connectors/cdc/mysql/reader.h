#pragma once
// Snapshot, then log: the life of a MySQL or MariaDB connector's reader. On a thread of its own.

#include <memory>

#include "connectors/cdc/common/change_reader.h"
#include "connectors/cdc/common/signal_channels.h"
#include "connectors/cdc/mysql/binlog_connection.h"
#include "connectors/cdc/mysql/options.h"
#include "connectors/cdc/mysql/schema_changes.h"
#include "connectors/cdc/mysql/schema_history.h"
#include "connectors/cdc/mysql/tables.h"
#include "drivers/mysql/session.h"

namespace sluice::connectors::cdc::mysql {

class BinlogReader final : public ChangeReader {
 public:
  BinlogReader(Options options, std::unique_ptr<SchemaHistory> history, const ReaderSetup& setup);
  Status open_channels(sdk::SourceTaskContext& context);

  Status run(ChangeQueue& queue) override;
  /// The server keeps its log by time or size, whatever its readers have read.
  void acknowledge(const sdk::Value&) override {}

 private:
  Result<sluice::mysql::Session*> session();
  Result<bool> needs_snapshot();
  Result<bool> can_go_on(std::string& why);
  Status recover_tables();
  Status take_snapshot();
  Result<BinlogStart> start();
  bool keeps_source(const std::string& source) const;

  const Options options_;
  const std::shared_ptr<const SourceInfo> source_;
  const Clock& clock_;
  const StopSignal& stop_;
  Output output_;
  Tables tables_;
  std::unique_ptr<SchemaHistory> history_;
  SchemaChanges changes_;
  std::unique_ptr<sluice::mysql::Session> session_;
  bool has_gtids_ = false;
  bool snapshot_taken_ = false;
  bool told_of_snapshot_ = false;
  std::unique_ptr<SignalChannels> channels_;
};

Result<std::unique_ptr<ChangeReader>> make_mysql_reader(const ReaderSetup& setup);
Result<std::unique_ptr<ChangeReader>> make_mariadb_reader(const ReaderSetup& setup);

}  // namespace sluice::connectors::cdc::mysql
