#pragma once
// Reads the tables of one task in turn, by one connection.

#include <memory>
#include <vector>

#include "base/clock.h"
#include "connectors/sql/connection.h"
#include "connectors/sql/source/options.h"
#include "connectors/sql/source/table_reader.h"
#include "sdk/source.h"

namespace sluice::connectors::sql {

class SqlSourceTask final : public sdk::SourceTask {
 public:
  explicit SqlSourceTask(Flavour flavour, const Clock& clock = system_clock())
      : flavour_(flavour), clock_(clock) {}

  Status start(const sdk::Properties& properties, sdk::SourceTaskContext& context) override;
  Status poll(sdk::RecordBatch& batch) override;
  void stop() override;

 private:
  void add_readers(const std::vector<TableId>& tables, const std::vector<KeyRange>& ranges);
  Status start_readers();
  Status connect();
  /// The reader in the middle of a result, or the one that is due first.
  TableReader& next_reader();
  int64_t pause_after(const TableReader& reader) const;
  Status after_error(TableReader& reader, const Error& error);

  const Flavour flavour_;
  const Clock& clock_;
  SourceOptions options_;
  sdk::SourceTaskContext* context_ = nullptr;
  std::unique_ptr<Connection> connection_;
  std::vector<std::unique_ptr<TableReader>> readers_;  // after the connection: their cursors end first
};

}  // namespace sluice::connectors::sql
