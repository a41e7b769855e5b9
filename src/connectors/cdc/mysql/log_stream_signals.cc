// What a log stream is told to do while it reads: signals, and the snapshots that they ask for.

#include "base/log.h"
#include "connectors/cdc/mysql/catalogue.h"
#include "connectors/cdc/mysql/log_stream.h"
#include "connectors/cdc/mysql/snapshot.h"
#include "sdk/data/values.h"

namespace sluice::connectors::cdc::mysql {

using sdk::Value;

Status LogStream::take_signal(std::vector<Value>& cells, bool deleted) {
  auto signal = signal_of(cells, deleted);
  if (!signal || !options_.reads_signal_table || (deleted && !options_.deletes_watermarks)) return {};
  // The batch that the cells lie in may be handed over meanwhile.
  sdk::Arena own;
  for (Value& cell : cells) cell = sdk::deep_copy(own, cell);
  const uint64_t generation = output_.generation();
  SLUICE_RETURN_IF_ERROR(incremental_.handle(*signal));
  SLUICE_RETURN_IF_ERROR(blocking_snapshot_if_asked());
  for (Value& cell : cells) cell = sdk::deep_copy(output_.writer().arena(), cell);
  if (output_.generation() != generation) reader_.move_to(output_.writer().arena());
  return {};
}

Status LogStream::poll_channels() {
  const bool has_position = output_.position.known();
  SLUICE_ASSIGN_OR_RETURN(const auto signals, channels_.read(output_.writer().extras(), has_position));
  for (const Signal& signal : signals) {
    SLUICE_RETURN_IF_ERROR(incremental_.handle(signal));
    SLUICE_RETURN_IF_ERROR(blocking_snapshot_if_asked());
  }
  return {};
}

Status LogStream::blocking_snapshot_if_asked() {
  const auto asked = incremental_.take_blocking();
  if (!asked) return {};
  SLUICE_ASSIGN_OR_RETURN(auto* const session, metadata_());
  Snapshot snapshot(options_, source_, output_, tables_, changes_, *session, clock_, stop_);
  const Status taken = snapshot.run_beside(*asked);
  if (taken.ok() || taken.error().kind() == ErrorKind::kRetry || taken.error().kind() == ErrorKind::kClosed) {
    return taken;
  }
  log::warn("{}. The snapshot that was asked for has ended early", taken.error().message());
  return session->query("ROLLBACK", "end the snapshot's transaction").ok() ? Status() : taken;
}

Status LogStream::apply_ddl(const std::string& statement, const std::string& database) {
  const TableId current = incremental_.current_table() == nullptr ? TableId() : *incremental_.current_table();
  SLUICE_ASSIGN_OR_RETURN(const TablePtr before, tables_.find(current));
  SLUICE_RETURN_IF_ERROR(changes_.apply(statement, database, SnapshotMark::kNone,
                                        [this](const TableId& id) -> Result<std::string> {
                                          SLUICE_ASSIGN_OR_RETURN(auto* const session, metadata_());
                                          return create_statement(*session, id);
                                        }));
  if (before == nullptr) return {};
  SLUICE_ASSIGN_OR_RETURN(const TablePtr after, tables_.find(current));
  const bool same = after != nullptr && after->names() == before->names();
  return same ? Status() : incremental_.table_changed(current);
}

}  // namespace sluice::connectors::cdc::mysql
