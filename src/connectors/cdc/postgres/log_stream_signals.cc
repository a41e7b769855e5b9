// What a log stream is told to do while it reads: signals, and the snapshots that they ask for.

#include "base/log.h"
#include "connectors/cdc/postgres/log_stream.h"
#include "connectors/cdc/postgres/snapshot.h"
#include "sdk/data/values.h"

namespace sluice::connectors::cdc::postgres {

using sdk::Value;

Status LogStream::relation(const Message& message) {
  const auto before = tables_.find(message.relation);
  const TablePtr known = before.ok() ? **before : nullptr;
  SLUICE_RETURN_IF_ERROR(tables_.learn(message));
  if (known == nullptr) return {};
  SLUICE_ASSIGN_OR_RETURN(const TablePtr* const after, tables_.find(message.relation));
  if (*after == nullptr || *after == known) return {};
  return incremental_.table_changed((*after)->plan()->table());
}

Status LogStream::take_signal(std::vector<Value>& cells, bool deleted) {
  auto signal = signal_of(cells, deleted);
  if (!signal || !options_.reads_signal_table || (deleted && !options_.deletes_watermarks)) return {};
  // The batch that the cells lie in may be handed over meanwhile.
  sdk::Arena own;
  for (Value& cell : cells) cell = sdk::deep_copy(own, cell);
  SLUICE_RETURN_IF_ERROR(incremental_.handle(*signal));
  SLUICE_RETURN_IF_ERROR(blocking_snapshot_if_asked());
  for (Value& cell : cells) cell = sdk::deep_copy(output_.writer().arena(), cell);
  return {};
}

Status LogStream::poll_channels() {
  const bool has_position = output_.position.lsn.has_value();
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
  Snapshot snapshot(options_, output_, tables_, metadata_, clock_, stop_,
                    [this] { return keep_alive(false); });
  const Status taken = snapshot.run_beside(*asked);
  if (taken.ok() || taken.error().kind() == ErrorKind::kRetry || taken.error().kind() == ErrorKind::kClosed) {
    return taken;
  }
  log::warn("{}. The snapshot that was asked for has ended early", taken.error().message());
  metadata_.end_transaction();
  return {};
}

}  // namespace sluice::connectors::cdc::postgres
