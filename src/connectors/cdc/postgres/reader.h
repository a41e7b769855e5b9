#pragma once
// The PostgreSQL side of the task: slot, publication, snapshot, then the log.

#include <atomic>
#include <memory>

#include "connectors/cdc/common/change_reader.h"
#include "connectors/cdc/common/signal_channels.h"
#include "connectors/cdc/postgres/options.h"
#include "connectors/cdc/postgres/output.h"
#include "connectors/cdc/postgres/slot.h"
#include "connectors/cdc/postgres/snapshot.h"
#include "connectors/cdc/postgres/tables.h"

namespace sluice::connectors::cdc::postgres {

class PostgresReader final : public ChangeReader {
 public:
  PostgresReader(Options options, const ReaderSetup& setup);
  Status open_channels(sdk::SourceTaskContext& context);

  Status run(ChangeQueue& queue) override;
  void acknowledge(const sdk::Value& offset) override;

 private:
  using SessionPtr = std::unique_ptr<sluice::postgres::Session>;

  Result<SessionPtr> connect(bool replication);
  Status check_server();
  Result<bool> needs_snapshot(const std::optional<SlotState>& slot);
  /// Whether the log still holds what follows the position.
  Status check_position(const std::optional<SlotState>& slot) const;
  Status prepare_tables();
  Result<SnapshotStart> snapshot_start(const std::optional<CreatedSlot>& created);
  Result<std::optional<SlotState>> free_slot();
  Status take_snapshot(const SnapshotStart& start);
  Status stream();
  Status drop_slot();

  const Options options_;
  const Clock& clock_;
  const StopSignal& stop_;
  Output output_;
  Tables tables_;
  SessionPtr session_;
  SessionPtr replication_;
  std::unique_ptr<SignalChannels> channels_;
  std::atomic<Lsn> acknowledged_{0};
  bool snapshot_taken_ = false;  // by this run of the task
  bool told_of_snapshot_ = false;
};

Result<std::unique_ptr<ChangeReader>> make_reader(const ReaderSetup& setup);

}  // namespace sluice::connectors::cdc::postgres
