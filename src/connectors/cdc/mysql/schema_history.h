#pragma once
// Where the DDL is kept from which the model of the tables is made again when a connector starts
// (io.debezium.relational.history.SchemaHistory): a topic of one partition, a file, or nowhere. One thread.

#include <functional>
#include <memory>

#include "base/result.h"
#include "base/stop_signal.h"
#include "connectors/cdc/mysql/history_record.h"
#include "connectors/cdc/mysql/options.h"
#include "sdk/source.h"

namespace sluice::connectors::cdc::mysql {

class SchemaHistory {
 public:
  using Each = std::function<Status(BytesView record)>;
  virtual ~SchemaHistory() = default;
  /// All records, from the first on.
  virtual Status read(const Each& each) = 0;
  /// Returns when the record is safe.
  virtual Status append(const std::string& record) = 0;
};

/// `topics` makes the topic's log, and is not used for others. Nothing is made or read yet.
Result<std::unique_ptr<SchemaHistory>> open_history(const Options& options, sdk::SourceTaskContext& context);

/// Applies what the history has up to `offset`, a map. Returns how many records that were.
Result<int> recover(SchemaHistory& history, const sdk::Value& offset, Flavour flavour, TableModel& model);

}  // namespace sluice::connectors::cdc::mysql
