#pragma once
// A captured table, compiled: how its cells are decoded and what its events look like. Immutable; made anew
// when the table changes.

#include <memory>
#include <string>
#include <vector>

#include "connectors/cdc/common/event_plan.h"
#include "connectors/cdc/postgres/catalogue.h"
#include "connectors/cdc/postgres/column_decoder.h"
#include "connectors/cdc/postgres/options.h"

namespace sluice::connectors::cdc::postgres {

class Table {
 public:
  /// `types` and `options` outlive the table. Types that are new are looked up on `session`.
  static Result<std::shared_ptr<const Table>> make(const TableShape& shape, Types& types,
                                                   const sdk::SchemaPtr& source_schema,
                                                   const Options& options,
                                                   sluice::postgres::Session& session);

  const EventPlanPtr& plan() const { return plan_; }
  const std::vector<ColumnDecoder>& decoders() const { return decoders_; }
  /// Whether its rows are signals.
  bool signals() const { return signals_; }
  /// Whether the column's cells are in any event.
  bool needs(size_t column) const { return needed_[column]; }
  /// kBadRecord that names table and column.
  Error bad_cell(size_t column, const Error& reason) const;

 private:
  Table() = default;
  Result<EventColumn> event_column(const TableShape& shape, size_t i, const Type& type,
                                   const Options& options, sdk::Arena& fillers);

  TableId id_;
  std::vector<std::string> names_;
  std::vector<ColumnDecoder> decoders_;
  std::vector<bool> needed_;
  bool signals_ = false;
  EventPlanPtr plan_;
};
using TablePtr = std::shared_ptr<const Table>;

}  // namespace sluice::connectors::cdc::postgres
