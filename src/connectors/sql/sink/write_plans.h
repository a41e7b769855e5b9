#pragma once
// Finds, or makes, how the records of one kind are written: their table as it is and their columns in it.
// Task thread.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "connectors/sql/sink/change.h"
#include "connectors/sql/sink/record_plan.h"
#include "connectors/sql/sink/session.h"
#include "connectors/sql/sink/tables.h"

namespace sluice::connectors::sql {

class WritePlans {
 public:
  /// `commit` commits what is open, with its offsets. All outlive this.
  WritePlans(const SinkOptions& options, Session& session, std::function<Status()> commit)
      : options_(options), session_(session), commit_(std::move(commit)), tables_(options) {}

  /// For a write or a delete; valid until forget(). May look at the database and change tables, after
  /// committing what is open. Error kind kBadRecord: the record cannot be written as it is.
  Result<const WritePlan*> find(const sdk::Record& record, const Change& change);
  /// The table that a truncate event empties.
  Result<TableId> table(const sdk::Record& record, const Change& change);
  /// After errors that may come from tables having changed, and on a new connection. Plans die.
  void forget();

 private:
  struct Key {
    std::string topic;
    const sdk::Schema* key_schema;
    const sdk::Schema* row_schema;
    bool deletes;
    std::string table;  // where the name depends on more than the topic

    auto operator<=>(const Key&) const = default;
  };
  Result<std::unique_ptr<WritePlan>> make(const sdk::Record& record, const Change& change,
                                          const TableId& table);
  Result<const TableShape*> prepare_table(const TableId& table, const RecordPlan& plan);

  const SinkOptions& options_;
  Session& session_;
  const std::function<Status()> commit_;
  Tables tables_;
  std::map<Key, std::unique_ptr<WritePlan>> plans_;
  const WritePlan* last_ = nullptr;
  Key last_key_{};
};

}  // namespace sluice::connectors::sql
