#include "connectors/sql/sink/write_plans.h"

#include <fmt/core.h>

#include "connectors/sql/sink/table_naming.h"

namespace sluice::connectors::sql {
namespace {

/// The columns as the table has them.
std::vector<WriteColumn> columns_in(const TableShape& shape, const std::vector<RecordColumn>& columns) {
  std::vector<WriteColumn> found;
  for (const RecordColumn& column : columns) {
    const Column* declared = find_column(shape, column.column.name);
    found.push_back({declared->name, column.column.cells, *declared});
  }
  return found;
}

/// Names as the database takes them.
void fit_names(std::vector<RecordColumn>& columns, const Dialect& dialect, bool quoted) {
  for (RecordColumn& column : columns) {
    std::string& name = column.column.name;
    name = dialect.fit(quoted ? name : dialect.fold(name));
  }
}

/// Rows of earlier records that are refused late are not this record's fault.
Status of_earlier_rows(const Status& status) {
  if (status.ok() || status.error().kind() != ErrorKind::kBadRecord) return status;
  return failed(status.error().message());
}

}  // namespace

Result<const WritePlan*> WritePlans::find(const sdk::Record& record, const Change& change) {
  const bool deletes = change.kind == ChangeKind::kDelete;
  if (last_ != nullptr && last_key_.key_schema == record.key_schema &&
      last_key_.row_schema == change.row_schema && last_key_.deletes == deletes &&
      last_key_.topic == record.topic && last_key_.table.empty()) {
    return last_;
  }
  Key key{std::string(record.topic), record.key_schema, change.row_schema, deletes, ""};
  SLUICE_ASSIGN_OR_RETURN(const TableId table, this->table(record, change));
  if (names_by_source(options_)) key.table = plain_name(table);
  auto& plan = plans_[key];
  if (plan == nullptr) {
    auto made = make(record, change, table);
    if (!made.ok()) {
      plans_.erase(key);
      return made.error();
    }
    plan = *std::move(made);
  }
  last_ = plan.get();
  last_key_ = std::move(key);
  return last_;
}

Result<TableId> WritePlans::table(const sdk::Record& record, const Change& change) {
  SLUICE_RETURN_IF_ERROR(session_.connect());
  return table_of(options_, session_.dialect(), record.topic, change.source);
}

Result<std::unique_ptr<WritePlan>> WritePlans::make(const sdk::Record& record, const Change& change,
                                                    const TableId& table) {
  auto plan = std::make_unique<WritePlan>();
  const bool deletes = change.kind == ChangeKind::kDelete;
  SLUICE_ASSIGN_OR_RETURN(plan->record, deletes ? plan_delete(options_, record, table)
                                                : plan_write(options_, record, *change.row_schema, table));
  fit_names(plan->record->keys, session_.dialect(), options_.quote_identifiers);
  fit_names(plan->record->others, session_.dialect(), options_.quote_identifiers);
  SLUICE_ASSIGN_OR_RETURN(const TableShape* shape, prepare_table(table, *plan->record));
  plan->write.table = table;
  plan->write.table_type = shape->type;
  plan->write.kind = deletes ? WriteKind::kDelete : options_.insert_mode;
  plan->write.keys = columns_in(*shape, plan->record->keys);
  plan->write.others = columns_in(*shape, plan->record->others);
  if (plan->write.kind == WriteKind::kUpdate && plan->write.others.empty()) {
    return bad_record(fmt::format(
        "Records for table {} have nothing but their key: there is nothing to update; use insert.mode=upsert",
        plain_name(table)));
  }
  return plan;
}

Result<const TableShape*> WritePlans::prepare_table(const TableId& table, const RecordPlan& plan) {
  const auto quiet = session_.quiet();
  if (!quiet.ok()) return of_earlier_rows(quiet.error()).error();
  Connection* const connection = *quiet;
  const std::vector<NewColumn> columns = plan.columns();
  SLUICE_ASSIGN_OR_RETURN(const TableShape* shape, tables_.look(*connection, table));
  if (!Tables::has_all(*shape, columns)) {
    // Some databases commit with each change of a table: what is open is committed with its offsets first.
    SLUICE_RETURN_IF_ERROR(of_earlier_rows(commit_()));
    SLUICE_ASSIGN_OR_RETURN(shape, tables_.change(*connection, table, columns));
  }
  SLUICE_RETURN_IF_ERROR(tables_.check_type(table, *shape));
  return shape;
}

void WritePlans::forget() {
  session_.drop_writers();
  plans_.clear();
  tables_.forget();
  last_ = nullptr;
}

}  // namespace sluice::connectors::sql
