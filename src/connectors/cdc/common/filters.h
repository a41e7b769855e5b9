#pragma once
// Which tables and columns are captured, and what is done to columns, by the options of Debezium's names.
// Immutable after parse.

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "connectors/cdc/common/column_mask.h"
#include "connectors/cdc/common/regex_list.h"
#include "connectors/cdc/common/table_id.h"
#include "sdk/config/config_def.h"

namespace sluice::connectors::cdc {

class Filters {
 public:
  /// `space` is "schema" or "database": how the options call what tables lie in.
  static Result<Filters> parse(const sdk::Config& config, std::string_view space);

  bool captures(const TableId& table) const;
  /// Whether any of its tables could be captured.
  bool captures_space(const std::string& space) const;
  bool captures_column(const TableId& table, std::string_view column) const;
  /// Whether the first snapshot takes a captured table (snapshot.include.collection.list). Signal tables are
  /// captured in any case, but not for that.
  bool in_snapshot(const TableId& table) const;
  /// Whether its rows are signals (signal.data.collection).
  bool signals(const TableId& table) const;
  /// The table that signals are written to; null: none.
  const TableId* signal_table() const { return signal_tables_.empty() ? nullptr : &signal_tables_.front(); }
  /// The first rule for the column; null: none.
  const MaskRule* mask(const TableId& table, std::string_view column) const;
  /// Whether the source's type is told by parameters of the field's schema; `type` is the database's name for
  /// it.
  bool tells_type(const TableId& table, std::string_view column, std::string_view type) const;
  /// Columns of the key by message.key.columns, in its order; empty: the table's own.
  std::vector<std::string> key_columns(const TableId& table) const;

 private:
  bool is_listed(const TableId& table) const;
  Status parse_masks(const sdk::Config& config);
  Status parse_keys(std::string_view text);

  std::vector<std::string> server_spaces_;  // databases of the server's own
  RegexList include_spaces_;
  RegexList exclude_spaces_;
  RegexList include_tables_;
  RegexList exclude_tables_;
  RegexList include_columns_;
  RegexList exclude_columns_;
  RegexList snapshot_tables_;
  RegexList told_columns_;
  RegexList told_types_;
  std::vector<TableId> signal_tables_;
  std::vector<std::pair<RegexList, MaskRule>> masks_;
  std::vector<std::pair<RegexList, std::vector<std::string>>> keys_;
};

}  // namespace sluice::connectors::cdc
