#pragma once
// What offsets keep beside a place in the log.

#include <optional>
#include <string_view>

#include "connectors/cdc/common/incremental_progress.h"
#include "connectors/cdc/common/transactions.h"
#include "sdk/source_offsets.h"

namespace sluice::connectors::cdc {

struct OffsetExtras {
  Transactions transactions;
  IncrementalProgress incremental;
  /// Of the last record of the signal topic that was looked at. Ours.
  std::optional<int64_t> signal_offset;

  size_t offset_entries() const { return transactions.offset_entries() + incremental.offset_entries() + 1; }
  sdk::MapEntry* store(sdk::MapEntry* to, sdk::Arena& arena) const {
    if (signal_offset) *to++ = {sdk::Value::string(kSignalOffset), sdk::Value::int64(*signal_offset)};
    return incremental.store(transactions.store(to, arena), arena);
  }
  void load(const sdk::Value& offset) {
    transactions.load(offset);
    incremental.load(offset);
    const sdk::Value signal = sdk::map_get(offset, kSignalOffset);
    if (!signal.is_null()) signal_offset = signal.as_integer();
  }

 private:
  static constexpr std::string_view kSignalOffset = "signal_channel_offset";
};

}  // namespace sluice::connectors::cdc
