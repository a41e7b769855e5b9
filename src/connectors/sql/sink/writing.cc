#include "connectors/sql/sink/writing.h"

#include <fmt/core.h>

namespace sluice::connectors::sql {

Status Writing::prepare(sdk::RecordBatch& batch) {
  batch_ = &batch;
  prepared_.clear();
  for (uint32_t i = 0; i < batch.size(); ++i) {
    const Status status = prepare_one(batch, i);
    if (status.ok()) continue;
    if (status.error().kind() != ErrorKind::kBadRecord) return status;
    SLUICE_RETURN_IF_ERROR(give_up_(batch.records()[i], status.error()));
  }
  return {};
}

Status Writing::prepare_one(sdk::RecordBatch& batch, uint32_t index) {
  const sdk::Record& record = batch.records()[index];
  SLUICE_ASSIGN_OR_RETURN(const Change change, changes_.read(record));
  if (change.kind == ChangeKind::kNothing) return {};
  Prepared prepared{index, change, nullptr, {}};
  if (change.kind == ChangeKind::kTruncate) {
    SLUICE_ASSIGN_OR_RETURN(prepared.table, plans_.table(record, change));
  } else {
    SLUICE_ASSIGN_OR_RETURN(prepared.plan, plans_.find(record, change));
  }
  prepared_.push_back(std::move(prepared));
  return {};
}

Status Writing::write() { return apply(prepared_); }

TableChanges& Writing::changes_of(const TableId& table) {
  if (last_table_ != nullptr && last_table_->table() == table) return *last_table_;
  for (const auto& known : tables_) {
    if (known->table() == table) return *(last_table_ = known.get());
  }
  tables_.push_back(std::make_unique<TableChanges>(table));
  return *(last_table_ = tables_.back().get());
}

Status Writing::collect(const Prepared& one) {
  if (one.plan == nullptr) {
    changes_of(one.table).truncate();
    return {};
  }
  const sdk::Record& record = batch_->records()[one.record];
  const RecordPlan& plan = *one.plan->record;
  const bool keys_last = one.plan->write.kind == WriteKind::kUpdate;
  row_.clear();
  for (const auto* part : {keys_last ? &plan.others : &plan.keys, keys_last ? &plan.keys : &plan.others}) {
    SLUICE_RETURN_IF_ERROR(append_cells(plan, *part, record, one.change.row, batch_->arena(), row_));
  }
  changes_of(one.plan->write.table).add(*one.plan, row_);
  return {};
}

Status Writing::apply(std::span<const Prepared> part) {
  Status status;
  for (const Prepared& one : part) {
    status = collect(one);
    if (!status.ok()) break;
  }
  for (const auto& table : tables_) {
    if (status.ok()) status = run(table->finish(), table->table());
    table->clear();
  }
  return status;
}

Status Writing::run(std::span<const Segment> segments, const TableId& table) {
  for (const Segment& segment : segments) {
    if (segment.plan != nullptr) {
      SLUICE_RETURN_IF_ERROR(session_.write(*segment.plan, segment.block()));
      continue;
    }
    SLUICE_RETURN_IF_ERROR(say(session_.dialect().truncate(table, true), "empty table " + plain_name(table)));
  }
  return {};
}

Status Writing::say(std::string_view sql, std::string_view what) {
  if (sql.empty()) return {};
  SLUICE_ASSIGN_OR_RETURN(Connection * connection, session_.quiet());
  SLUICE_RETURN_IF_ERROR(connection->execute(std::string(sql), {}, what));
  return {};
}

Status Writing::write_carefully() {
  SLUICE_RETURN_IF_ERROR(say(session_.dialect().constraints_now(), "check constraints at once"));
  return write_range(prepared_);
}

Status Writing::write_range(std::span<const Prepared> part) {
  if (part.empty()) return {};
  const SavepointSql savepoint = session_.dialect().savepoint();
  SLUICE_RETURN_IF_ERROR(say(savepoint.set, "set a savepoint"));
  Status status = apply(part);
  if (status.ok()) {
    const auto quiet = session_.quiet();
    if (!quiet.ok()) status = quiet.error();
  }
  if (status.ok()) return say(savepoint.release, "release a savepoint");
  if (status.error().kind() != ErrorKind::kBadRecord) return status;
  session_.drop_writers();
  SLUICE_RETURN_IF_ERROR(say(savepoint.roll_back, "go back to a savepoint"));
  SLUICE_RETURN_IF_ERROR(say(savepoint.release, "release a savepoint"));
  if (part.size() == 1) return give_up_(batch_->records()[part[0].record], status.error());
  SLUICE_RETURN_IF_ERROR(write_range(part.first(part.size() / 2)));
  return write_range(part.subspan(part.size() / 2));
}

void Writing::forget() {
  prepared_.clear();
  plans_.forget();
}

}  // namespace sluice::connectors::sql
