#pragma once
// A captured table, compiled: how its cells are decoded and what its events look like. Immutable; made anew
// when the table changes.

#include <memory>
#include <string>
#include <vector>

#include "connectors/cdc/common/event_plan.h"
#include "connectors/cdc/mysql/column_decoder.h"
#include "connectors/cdc/mysql/options.h"

namespace sluice::connectors::cdc::mysql {

class Table {
 public:
  /// `options` outlive the table.
  static Result<std::shared_ptr<const Table>> make(const TableDefinition& definition,
                                                   const sdk::SchemaPtr& source_schema,
                                                   const Options& options);

  /// Lives as long as the plan.
  const TableId& id() const { return plan_->table(); }
  const EventPlanPtr& plan() const { return plan_; }
  const std::vector<ColumnDecoder>& decoders() const { return decoders_; }
  const std::vector<std::string>& names() const { return names_; }
  /// Whether its rows are signals.
  bool signals() const { return signals_; }
  /// Whether the column's cells are in any event.
  bool needs(size_t column) const { return needed_[column]; }
  /// kBadRecord that names table and column.
  Error bad_cell(size_t column, const Error& reason) const;

 private:
  Table() = default;

  std::vector<std::string> names_;
  std::vector<ColumnDecoder> decoders_;
  std::vector<bool> needed_;
  bool signals_ = false;
  EventPlanPtr plan_;
};
using TablePtr = std::shared_ptr<const Table>;

}  // namespace sluice::connectors::cdc::mysql
