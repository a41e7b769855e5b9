// The half of PartitionWriter that speaks to the group: intents, uploads, recovery.

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "connectors/object_store/partition_writer.h"

namespace sluice::connectors::object_store {
namespace {

constexpr int64_t kWaitForUploadMs = 10'000;
constexpr std::chrono::milliseconds kWaitStep{50};

}  // namespace

Status PartitionWriter::advance() {
  if (lost_) return {};
  SLUICE_RETURN_IF_ERROR(look_at_committed());
  SLUICE_RETURN_IF_ERROR(advance_upload());
  const bool due = is_due_by_count() || is_due_by_time(shared_.clock.wall_ms());
  return due && can_rotate() ? rotate() : Status();
}

// ---- opening

Status PartitionWriter::look_at_committed() {
  if (looked_) return {};
  auto committed = shared_.context.committed(partition_);
  if (!committed.ok()) {
    if (committed.error().kind() != ErrorKind::kFenced) return committed.error();
    abandon();
    return {};
  }
  committed_ = committed->offset;
  next_offset_ = std::max<int64_t>(0, committed->offset);
  if (looks_like_intent(committed->metadata)) {
    auto intent = parse_intent(committed->offset, committed->metadata);
    if (!intent.ok()) return located(intent.error(), committed->offset);
    SLUICE_RETURN_IF_ERROR(begin_recovery(std::move(intent).value()));
  }
  looked_ = true;
  return {};
}

Status PartitionWriter::begin_recovery(Intent intent) {
  auto plan = shared_.recorded_plan(intent.keys);
  if (!plan.ok())
    return located(plan.error(), intent.start).with_context("Cannot finish the files declared before");
  log::info("{}: finishing the files of offsets {} to {} that were declared before", name(), intent.start,
            intent.end - 1);
  recovery_.emplace();
  recovery_->plan = std::move(plan).value();
  recovery_->intent = std::move(intent);
  return {};
}

/// All of the range's records are there: what is left is to upload and to settle.
Status PartitionWriter::finish_recovery() {
  upload_.emplace();
  upload_->stage = UploadStage::kUpload;
  upload_bytes_ = range_.bytes_in_memory();
  if (range_.empty()) range_.plan = recovery_->plan;
  range_.start = recovery_->intent.start;
  range_.end = recovery_->intent.end;
  next_offset_ = std::max(next_offset_, range_.end);
  upload_->range = std::make_shared<Range>(std::move(range_));
  range_ = Range();
  recovery_.reset();
  return advance_upload();
}

/// A row group had left memory with a schema that this record does not fit: the range is read once more,
/// beginning with the wider one. (The task before had more memory, or it would have ended the range here.)
Status PartitionWriter::restart_recovery(OpenFile& file, const sdk::Record& record, std::string_view path) {
  auto shape = file.records().shape_with(record);
  if (!shape.ok()) return reject(record, shape.error());
  recovery_->shapes[std::string(path)] = std::move(shape).value();
  recovery_->ignored_from = record.offset;
  range_ = Range();
  next_offset_ = recovery_->intent.start;
  shared_.context.rewind(partition_, recovery_->intent.start);
  return {};
}

// ---- uploads

void PartitionWriter::submit_upload() {
  // The job owns the range, too: after abandon() it ends without touching this object.
  upload_->job = shared_.uploader.submit([range = upload_->range] { return range->store(); });
}

Status PartitionWriter::advance_upload() {
  while (upload_) {
    if (upload_->stage == UploadStage::kDeclare) {
      SLUICE_RETURN_IF_ERROR(settle(upload_->range->start, upload_->range->intent().text()));
      if (!upload_) return {};  // fenced
      upload_->stage = UploadStage::kUpload;
    } else if (upload_->stage == UploadStage::kUpload) {
      if (!upload_->job) {
        if (upload_->last_error && shared_.clock.steady_ms() < upload_->retry_at_ms)
          return *upload_->last_error;
        submit_upload();
      }
      if (!upload_->job->result()) return {};
      SLUICE_RETURN_IF_ERROR(check_job());
    } else {
      SLUICE_RETURN_IF_ERROR(settle(upload_->range->end, ""));
      upload_.reset();
    }
  }
  return {};
}

Status PartitionWriter::check_job() {
  const Status result = *upload_->job->result();
  upload_->job = nullptr;
  if (result.ok()) {
    upload_->stage = UploadStage::kSettle;
    return {};
  }
  const Error error = result.error().with_context(
      fmt::format("{}: storing offsets {} to {}", name(), upload_->range->start, upload_->range->end - 1));
  if (error.kind() == ErrorKind::kRetry) {
    upload_->retry_at_ms = shared_.clock.steady_ms() + shared_.plan->options.retry_backoff_ms;
    upload_->last_error = error;
  }
  return error;
}

/// Commits, and after an unclear answer asks what happened. Fenced: the partition is somebody else's now.
Status PartitionWriter::settle(int64_t offset, const std::string& metadata) {
  const Status committed = shared_.context.commit_now(partition_, offset, metadata);
  if (!committed.ok() && committed.error().kind() == ErrorKind::kFenced) {
    log::info("{}: taken over by another task; dropping what was not stored", name());
    abandon();
    return {};
  }
  if (!committed.ok() && committed.error().kind() == ErrorKind::kRetry) {
    const auto found = shared_.context.committed(partition_);
    const bool took_effect = found.ok() && found->offset == offset && found->metadata == metadata;
    if (!took_effect) return committed.error().with_context(name());
  } else if (!committed.ok()) {
    return committed.error().with_context(name());
  }
  committed_ = offset;
  return {};
}

Status PartitionWriter::wait_for_upload() {
  return await_upload(shared_.clock.steady_ms() + kWaitForUploadMs, true);
}

Status PartitionWriter::finish_upload(int64_t deadline_ms) { return await_upload(deadline_ms, false); }

Status PartitionWriter::await_upload(int64_t deadline_ms, bool until_stop) {
  for (;;) {
    SLUICE_RETURN_IF_ERROR(advance_upload());
    if (!upload_) return {};
    if (until_stop && shared_.context.stop().stop_requested()) {
      return closed(name() + ": stopped while its files are stored");
    }
    if (shared_.clock.steady_ms() >= deadline_ms) {
      return retriable(fmt::format("{}: storing offsets {} to {} takes long; records wait", name(),
                                   upload_->range->start, upload_->range->end - 1));
    }
    shared_.uploader.wait(kWaitStep);
  }
}

// ---- commits

Result<std::optional<int64_t>> PartitionWriter::committable(int64_t next_offset) {
  if (lost_ || !looked_) return std::optional<int64_t>();
  // Records at the end of a declared range may be gone (compacted, dropped by a transform): their offsets
  // tell.
  const bool rewinding = recovery_ && recovery_->ignored_from != std::numeric_limits<int64_t>::max();
  if (recovery_ && !rewinding && next_offset >= recovery_->intent.end) {
    SLUICE_RETURN_IF_ERROR(finish_recovery());
  }
  if (upload_ || recovery_ || !range_.empty()) return std::optional<int64_t>();
  // Everything before was stored or dropped on purpose. The framework leaves partitions alone that we commit,
  // and we commit from the start: a commit of its own that is still on its way could land behind an intent
  // and wipe it.
  if (next_offset > std::max<int64_t>(committed_, 0)) SLUICE_RETURN_IF_ERROR(settle(next_offset, ""));
  return lost_ ? std::optional<int64_t>() : std::optional(next_offset);
}

}  // namespace sluice::connectors::object_store
