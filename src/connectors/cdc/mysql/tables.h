#pragma once
// The model of the server's tables at the reader's position, and the captured ones of them compiled. One
// thread.

#include <map>

#include "connectors/cdc/mysql/position.h"
#include "connectors/cdc/mysql/table.h"
#include "connectors/cdc/mysql/table_definition.h"

namespace sluice::connectors::cdc::mysql {

class Tables {
 public:
  /// `options` and `source` outlive this.
  Tables(const Options& options, const SourceInfo& source) : options_(options), source_(source) {}

  TableModel model;

  /// Null if the table is not captured or not known.
  Result<TablePtr> find(const TableId& id);
  /// After the model changed.
  void forget() { compiled_.clear(); }

 private:
  const Options& options_;
  const SourceInfo& source_;
  std::map<TableId, TablePtr> compiled_;
};

}  // namespace sluice::connectors::cdc::mysql
