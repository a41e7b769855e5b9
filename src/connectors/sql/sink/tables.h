#pragma once
// What the sink knows of its tables, and the changes it makes to them: auto.create and auto.evolve. Task
// thread.

#include <map>
#include <vector>

#include "base/result.h"
#include "connectors/sql/connection.h"
#include "connectors/sql/sink/options.h"

namespace sluice::connectors::sql {

class Tables {
 public:
  /// `options` outlive this.
  explicit Tables(const SinkOptions& options) : options_(options) {}

  /// The table as it is, looked up once. Whether it exists is for the caller to see.
  Result<const TableShape*> look(Connection& connection, const TableId& table);
  /// Whether all of these columns are there, in whatever case their names are written.
  static bool has_all(const TableShape& shape, const std::vector<NewColumn>& columns);
  /// Creates or extends the table, outside of a transaction; another task may do so at the same time. Error
  /// kind kBadRecord: options forbid it, or a new column could not stay empty in the rows that are there.
  Result<const TableShape*> change(Connection& connection, const TableId& table,
                                   const std::vector<NewColumn>& columns);
  /// Error kind kFailed: table.types does not allow this kind.
  Status check_type(const TableId& table, const TableShape& shape) const;
  void forget() { shapes_.clear(); }

 private:
  Status create(Connection& connection, const TableId& table, const std::vector<NewColumn>& columns);
  Status extend(Connection& connection, const TableId& table, const TableShape& shape,
                const std::vector<NewColumn>& columns);

  const SinkOptions& options_;
  std::map<TableId, TableShape> shapes_;
};

/// The column of that name: as it is written, else the only one that differs in case alone. Null: none.
const Column* find_column(const TableShape& shape, std::string_view name);

}  // namespace sluice::connectors::sql
