#include "connectors/sql/sink/task.h"

#include <fmt/core.h>

#include "base/log.h"

namespace sluice::connectors::sql {
namespace {

using std::chrono::milliseconds;

constexpr size_t kManyRecords = 1000;  // a batch like that says that more are waiting
constexpr size_t kTransactionRecordsMax = 200'000;
constexpr int64_t kTransactionMsMax = 500;
constexpr milliseconds kWaitWithOpenTransaction{5};

/// Whether one row may be the cause, or tables that have changed: worth writing carefully what is open.
bool may_be_a_row(const Error& error) {
  return error.kind() == ErrorKind::kBadRecord || error.kind() == ErrorKind::kFailed;
}

}  // namespace

Status SqlSinkTask::start(const sdk::Properties& properties, sdk::SinkTaskContext& context) {
  SLUICE_ASSIGN_OR_RETURN(options_, parse_sink(flavour_, properties));
  context_ = &context;
  session_ = std::make_unique<Session>(options_, context.stop());
  writing_ = std::make_unique<Writing>(
      options_, *session_, [this] { return commit(); },
      [this](const sdk::Record& record, const Error& error) { return give_up(record, error); });
  if (options_.exactly_once) offset_table_.emplace(options_.offset_table, options_.group_id);
  return {};
}

Status SqlSinkTask::open(std::span<const sdk::TopicPartition> partitions) {
  // Claims are transactions of their own.
  SLUICE_RETURN_IF_ERROR(commit_or_recover());
  for (const sdk::TopicPartition& partition : partitions) partitions_.open(partition);
  if (!offset_table_) return {};
  const Result<bool> claimed = connect();
  // Nothing is written before the claim has been made: put() tries again.
  return claimed.ok() || claimed.error().kind() == ErrorKind::kRetry ? Status{} : claimed.error();
}

Status SqlSinkTask::close(std::span<const sdk::TopicPartition> partitions) {
  // What pre_commit() did not commit is another owner's by now.
  if (session_->in_transaction()) go_back();
  for (const sdk::TopicPartition& partition : partitions) {
    if (offset_table_ && session_->connected()) release(partition);
    partitions_.close(partition);
  }
  return {};
}

/// As well as can be: the next owner ends this session otherwise.
void SqlSinkTask::release(const sdk::TopicPartition& partition) {
  const int64_t epoch = partitions_.states().at(partition).epoch;
  const auto quiet = session_->quiet();
  if (epoch == Partitions::kNoEpoch || !quiet.ok()) return;
  const Status released = offset_table_->release(**quiet, partition, epoch);
  if (!released.ok()) log::debug("{}", released.error().message());
}

void SqlSinkTask::stop() {
  if (session_ == nullptr) return;
  session_->rollback();
  session_->disconnect();
}

Result<bool> SqlSinkTask::connect() {
  SLUICE_ASSIGN_OR_RETURN(const bool is_new, session_->connect());
  // What was open on the connection before is gone with it, and what was being committed is not known.
  const bool lost = is_new && partitions_.pending();
  if (is_new) {
    writing_->forget();
    partitions_.forget_epochs();
  }
  if (!offset_table_ || partitions_.all_have_epochs()) return lost;
  SLUICE_RETURN_IF_ERROR(claim());
  return true;
}

Status SqlSinkTask::claim() {
  SLUICE_ASSIGN_OR_RETURN(Connection * connection, session_->quiet());
  SLUICE_RETURN_IF_ERROR(offset_table_->create(*connection));
  for (auto& [partition, state] : partitions_.states()) {
    if (state.epoch != Partitions::kNoEpoch) continue;
    SLUICE_ASSIGN_OR_RETURN(const OffsetTable::Claim claim, offset_table_->claim(*connection, partition));
    state.epoch = claim.epoch;
    if (!claim.next_offset) continue;
    state.written = *claim.next_offset;
    state.noted = state.written;
    state.going_back = true;
    context_->rewind(partition, state.written);
  }
  return {};
}

Status SqlSinkTask::put(sdk::RecordBatch& batch) {
  if (batch.empty()) return commit_or_recover();
  const Result<bool> anew = connect();
  if (!anew.ok()) return recover(batch, anew.error());
  if (*anew) {  // this batch comes again
    partitions_.note(batch.records());
    go_back();
    return {};
  }
  const bool carefully = careful_records_ > 0;
  Status status = carefully ? deliver_carefully(batch) : deliver(batch);
  if (!status.ok() && !carefully && may_be_a_row(status.error())) {
    if (open_records_ > 0) {
      careful_records_ = open_records_ + batch.size();
      partitions_.note(batch.records());
      go_back();
      writing_->forget();
      return {};
    }
    session_->rollback();
    writing_->forget();
    status = deliver_carefully(batch);
  }
  if (!status.ok()) return recover(batch, status.error());
  if (is_due(batch.size())) return commit_or_recover();
  context_->set_timeout(kWaitWithOpenTransaction);
  return {};
}

Status SqlSinkTask::deliver(sdk::RecordBatch& batch) {
  SLUICE_RETURN_IF_ERROR(writing_->prepare(batch));
  if (!session_->in_transaction()) {
    SLUICE_RETURN_IF_ERROR(session_->begin());
    began_ms_ = clock_.steady_ms();
  }
  SLUICE_RETURN_IF_ERROR(writing_->write());
  partitions_.note(batch.records());
  open_records_ += batch.size();
  return {};
}

Status SqlSinkTask::deliver_carefully(sdk::RecordBatch& batch) {
  SLUICE_RETURN_IF_ERROR(commit());
  SLUICE_RETURN_IF_ERROR(writing_->prepare(batch));
  SLUICE_RETURN_IF_ERROR(session_->begin());
  began_ms_ = clock_.steady_ms();
  SLUICE_RETURN_IF_ERROR(writing_->write_carefully());
  partitions_.note(batch.records());
  careful_records_ -= std::min(careful_records_, batch.size());
  return commit();
}

bool SqlSinkTask::is_due(size_t records) const {
  return records < kManyRecords || open_records_ >= kTransactionRecordsMax ||
         clock_.steady_ms() - began_ms_ >= kTransactionMsMax;
}

Status SqlSinkTask::commit() {
  if (!session_->in_transaction()) return {};
  if (offset_table_) {
    SLUICE_ASSIGN_OR_RETURN(Connection * connection, session_->quiet());
    for (const auto& [partition, state] : partitions_.states()) {
      if (state.noted == state.written) continue;
      SLUICE_RETURN_IF_ERROR(offset_table_->store(*connection, partition, state.epoch, state.noted));
    }
  }
  SLUICE_RETURN_IF_ERROR(session_->commit());
  partitions_.committed();
  open_records_ = 0;
  failures_ = 0;
  return {};
}

Status SqlSinkTask::commit_or_recover() {
  if (!session_->in_transaction()) return {};
  const Status committed = commit();
  if (committed.ok()) return {};
  if (may_be_a_row(committed.error())) {
    // One that was still on its way, or a constraint that waited for the commit.
    careful_records_ = open_records_;
    go_back();
    writing_->forget();
    return {};
  }
  go_back();
  return retry_later(committed.error());
}

void SqlSinkTask::go_back() {
  session_->rollback();
  open_records_ = 0;
  partitions_.rolled_back(
      [this](const sdk::TopicPartition& partition, int64_t offset) { context_->rewind(partition, offset); });
}

Status SqlSinkTask::recover(sdk::RecordBatch& batch, const Error& error) {
  partitions_.note(batch.records());
  go_back();
  return retry_later(error);
}

Status SqlSinkTask::retry_later(const Error& error) {
  if (error.kind() != ErrorKind::kRetry) return error;
  if (++failures_ > options_.max_retries) {
    return failed(
        fmt::format("{}. Gave up after {} retries in a row", error.message(), options_.max_retries));
  }
  log::warn("{}. Try {} of {} is in {} ms", error.message(), failures_, options_.max_retries,
            options_.retry_backoff_ms);
  context_->stop().wait_for(milliseconds(options_.retry_backoff_ms));
  return {};
}

Status SqlSinkTask::give_up(const sdk::Record& record, const Error& error) {
  SLUICE_ASSIGN_OR_RETURN(const bool reported, context_->report(record, error));
  if (reported) return {};
  return failed(
      fmt::format("{}; the record is {}. To go on without such records, set errors.tolerance=all, and "
                  "errors.deadletterqueue.topic.name or errors.log.enable to say where they are to be told",
                  error.message(), place_of(record)));
}

Result<sdk::Offsets> SqlSinkTask::pre_commit(const sdk::Offsets& offsets) {
  SLUICE_RETURN_IF_ERROR(commit_or_recover());
  return partitions_.durable(offsets);
}

}  // namespace sluice::connectors::sql
