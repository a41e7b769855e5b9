#include "connectors/object_store/partition_writer.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "connectors/object_store/names.h"
#include "connectors/object_store/schema_change.h"
#include "sdk/data/projector.h"

namespace sluice::connectors::object_store {
namespace {

constexpr std::chrono::milliseconds kWaitStep{50};

}  // namespace

PartitionWriter::PartitionWriter(sdk::TopicPartition partition, Shared& shared)
    : partition_(std::move(partition)), shared_(shared) {}

std::string PartitionWriter::name() const {
  return fmt::format("{}-{}", partition_.topic, partition_.partition);
}

Error PartitionWriter::located(const Error& error, int64_t offset) const {
  return error.with_context(fmt::format("{}@{}", name(), offset));
}

size_t PartitionWriter::bytes_in_memory() const {
  // Of a range under way only the upload thread may look inside; what it held when it was closed is
  // remembered there.
  return range_.bytes_in_memory() + (upload_ ? upload_bytes_ : 0);
}

// ---- records

bool PartitionWriter::is_dropped(const sdk::Record& record) {
  if (record.offset < next_offset_) return true;
  if (!recovery_) return false;
  if (record.offset >= recovery_->ignored_from) return true;
  recovery_->ignored_from = std::numeric_limits<int64_t>::max();
  return record.offset < recovery_->intent.end && recovery_->intent.skipped.contains(record.offset);
}

Status PartitionWriter::put(std::span<const sdk::Record> records, int64_t now_ms) {
  for (size_t at = 0; at < records.size() && !lost_;) {
    const sdk::Record& record = records[at];
    if (is_dropped(record)) {
      ++at;
      continue;
    }
    if (recovery_ && record.offset >= recovery_->intent.end) {
      SLUICE_RETURN_IF_ERROR(finish_recovery());
      continue;
    }
    size_t taken = 0;
    SLUICE_RETURN_IF_ERROR(take(records.subspan(at), now_ms, taken));
    at += taken;
  }
  return recovery_ && next_offset_ >= recovery_->intent.end ? finish_recovery() : Status();
}

Status PartitionWriter::take(std::span<const sdk::Record> records, int64_t now_ms, size_t& taken) {
  const sdk::Record& first = records.front();
  if (!recovery_ && is_due_by_count()) SLUICE_RETURN_IF_ERROR(rotate_and_wait());
  if (lost_) return {};
  if (first.value.is_null() && plan().options.on_null != NullBehavior::kWrite) {
    taken = 1;
    return take_null(first);
  }
  const int64_t clock_ms = recovery_ ? recovery_->intent.clock_at(first.offset).value_or(now_ms) : now_ms;
  const auto encoded = plan().partitioner->encode(first, clock_ms);
  if (!encoded.ok()) {
    taken = 1;
    return reject(first, encoded.error());
  }
  path_ = *encoded;
  if (!recovery_ && is_due_before(first, path_, now_ms)) SLUICE_RETURN_IF_ERROR(rotate_and_wait());
  if (lost_) return {};
  auto file = file_for(first, path_, clock_ms);
  if (!file.ok()) {
    if (file.error().kind() != ErrorKind::kBadRecord) return located(file.error(), first.offset);
    taken = 1;
    return reject(first, file.error());
  }
  if (*file == nullptr) return {};  // closed by a rotation: once more
  note_clock(first, path_, clock_ms);
  if ((*file)->schema().get() != first.value_schema) {
    const auto change =
        schema_change(plan().options.compatibility, (*file)->schema().get(), first.value_schema);
    if (change.ok() && *change == SchemaChange::kProject)
      return append_projected(**file, first, path_, taken);
  }
  return append(**file, records.first(stretch(records, path_, now_ms)), path_, taken);
}

Status PartitionWriter::take_null(const sdk::Record& record) {
  if (plan().options.on_null == NullBehavior::kFail) {
    return reject(record,
                  bad_record("Null valued records are not writeable with current behavior.on.null.values "
                             "'fail'; 'ignore' leaves them out"));
  }
  next_offset_ = record.offset + 1;
  // Reported the first time round; a range that is finished for another owner has been through this.
  if (recovery_ || !plan().options.report_nulls) return {};
  const auto reported = shared_.context.report(record, bad_record("Ignored a record without a value"));
  return reported.ok() ? Status() : Status(located(reported.error(), record.offset));
}

/// The file of that path, opened if need be; null if a rotation had to come first.
Result<OpenFile*> PartitionWriter::file_for(const sdk::Record& record, std::string_view path,
                                            int64_t time_ms) {
  const auto found = range_.files.find(path);
  if (found == range_.files.end()) {
    const int files_max = plan().options.rotation.open_files_max;
    const bool too_many = files_max > 0 && range_.files.size() >= static_cast<size_t>(files_max);
    if (too_many && !recovery_) {
      SLUICE_RETURN_IF_ERROR(rotate_and_wait());
      return nullptr;
    }
    return open_file(record, path, time_ms);
  }
  OpenFile* file = found->second.get();
  if (file->schema().get() == record.value_schema) return file;
  SLUICE_ASSIGN_OR_RETURN(
      const SchemaChange change,
      schema_change(plan().options.compatibility, file->schema().get(), record.value_schema));
  if (change != SchemaChange::kRotate) return file;
  if (recovery_) {
    return failed(
        fmt::format("the files of offsets {} to {} were declared with one schema, but now the records have "
                    "several: were the converters or transforms changed? Put them back until the range is "
                    "written",
                    recovery_->intent.start, recovery_->intent.end));
  }
  SLUICE_RETURN_IF_ERROR(rotate_and_wait());
  return nullptr;
}

Result<OpenFile*> PartitionWriter::open_file(const sdk::Record& record, std::string_view path,
                                             int64_t time_ms) {
  const PlanPtr& plan = recovery_ ? recovery_->plan : shared_.plan;
  FileIdentity identity{record.topic, partition_.partition, path, record.offset, time_ms};
  if (plan->options.partitioner.extractor == ExtractorKind::kRecord &&
      record.timestamp != sdk::kNoTimestamp) {
    identity.time_ms = record.timestamp;
  }
  std::string key = object_key(plan->options, plan->zone, identity);
  if (!is_safe_path(key)) return bad_record("The record's path cannot name a file: " + key);
  formats::ParquetShape shape;
  if (recovery_) {
    if (const auto known = recovery_->shapes.find(path); known != recovery_->shapes.end())
      shape = known->second;
  }
  sdk::SchemaPtr schema = record.value_schema == nullptr ? nullptr : record.value_schema->share();
  SLUICE_ASSIGN_OR_RETURN(auto file, OpenFile::open(plan, std::move(key), std::move(schema), shape));
  if (range_.empty()) begin_range(record, path, time_ms);
  return range_.files.emplace(path, std::move(file)).first->second.get();
}

/// How many records after the first go into the same file without a second thought.
size_t PartitionWriter::stretch(std::span<const sdk::Record> records, std::string_view path, int64_t now_ms) {
  Partitioner& partitioner = *plan().partitioner;
  const RotationOptions& rotation = plan().options.rotation;
  size_t limit = records.size();
  if (!recovery_ && rotation.flush_size > 0) {
    limit = std::min<size_t>(limit, static_cast<size_t>(rotation.flush_size - range_.records));
  }
  const bool looks_at_each = !partitioner.is_uniform() || rotation.interval_ms > 0 || recovery_;
  const sdk::Schema* schema = records.front().value_schema;
  size_t count = 1;
  for (; count < limit; ++count) {
    const sdk::Record& record = records[count];
    if (record.value.is_null() != records.front().value.is_null() || record.value_schema != schema) break;
    if (!looks_at_each) continue;
    if (recovery_ &&
        (record.offset >= recovery_->intent.end || recovery_->intent.skipped.contains(record.offset))) {
      break;
    }
    const int64_t clock_ms = recovery_ ? recovery_->intent.clock_at(record.offset).value_or(now_ms) : now_ms;
    const auto encoded = partitioner.encode(record, clock_ms);
    if (!encoded.ok() || *encoded != path) break;
    if (!recovery_ && is_due_before(record, path, now_ms)) break;
  }
  return count;
}

Status PartitionWriter::append(OpenFile& file, std::span<const sdk::Record> records, std::string_view path,
                               size_t& taken) {
  return after_append(file.records().append(records), file, records, path, taken);
}

Status PartitionWriter::append_projected(OpenFile& file, const sdk::Record& record, std::string_view path,
                                         size_t& taken) {
  projected_.clear();
  auto value = sdk::project(projected_.arena(), *record.value_schema, record.value, *file.schema());
  if (!value.ok()) {
    taken = 1;
    return reject(record, value.error());
  }
  projected_.records().push_back(record);
  projected_.records().back().value = *value;
  projected_.records().back().value_schema = file.schema().get();
  return after_append(file.records().append(projected_.records()), file, {&record, 1}, path, taken);
}

Status PartitionWriter::after_append(const AppendResult& result, OpenFile& file,
                                     std::span<const sdk::Record> records, std::string_view path,
                                     size_t& taken) {
  taken = result.appended;
  if (result.appended > 0) {
    range_.records += static_cast<int64_t>(result.appended);
    next_offset_ = records[result.appended - 1].offset + 1;
    range_.end = next_offset_;
    range_.last_path = path;
  }
  switch (result.stop) {
    case AppendStop::kFull: {
      const auto flushed = file.records().flush(false);
      return flushed.ok() ? flushed : Status(located(flushed.error(), next_offset_));
    }
    case AppendStop::kBadRecord:
      taken = result.appended + 1;
      return reject(records[result.appended], *result.error);
    case AppendStop::kNewShape:
      if (recovery_) return restart_recovery(file, records[result.appended], path);
      return rotate_and_wait();
    case AppendStop::kNone:
      break;
  }
  // Early if nothing is in the way; else before the next record.
  return is_due_by_count() && can_rotate() ? rotate() : Status();
}

Status PartitionWriter::reject(const sdk::Record& record, const Error& error) {
  const auto reported = shared_.context.report(record, error);
  if (!reported.ok()) return located(reported.error(), record.offset);
  if (!*reported) return located(error, record.offset);
  next_offset_ = record.offset + 1;
  if (!range_.empty()) {
    range_.skipped.add(record.offset);
    range_.end = next_offset_;
  }
  return {};
}

void PartitionWriter::note_clock(const sdk::Record& record, std::string_view path, int64_t now_ms) {
  if (recovery_ || !plan().uses_clock() || (!range_.clock.empty() && range_.clock_path == path)) return;
  range_.clock.push_back({record.offset, now_ms});
  range_.clock_path = path;
}

// ---- rotation

void PartitionWriter::begin_range(const sdk::Record& record, std::string_view path, int64_t now_ms) {
  const PlanPtr& plan = recovery_ ? recovery_->plan : shared_.plan;
  const SinkOptions& options = plan->options;
  range_ = Range();
  range_.plan = plan;
  range_.start = recovery_ ? recovery_->intent.start : record.offset;
  range_.end = record.offset;
  range_.last_path = path;
  if (options.rotation.interval_ms > 0) {
    range_.first_time_ms = record_time(options.partitioner, record, now_ms).value();
  }
  if (options.rotation.schedule_interval_ms > 0) {
    range_.scheduled_at_ms = next_scheduled(now_ms, options.rotation.schedule_interval_ms, plan->zone);
  }
}

bool PartitionWriter::is_due_by_count() const {
  if (range_.empty() || recovery_) return false;
  const int64_t flush_size = shared_.plan->options.rotation.flush_size;
  return (flush_size > 0 && range_.records >= flush_size) || range_.intent_is_full();
}

bool PartitionWriter::is_due_by_time(int64_t now_ms) const {
  if (range_.empty() || recovery_) return false;
  if (now_ms >= range_.scheduled_at_ms) return true;
  const SinkOptions& options = shared_.plan->options;
  return options.rotation.interval_ms > 0 && options.partitioner.extractor == ExtractorKind::kWallclock &&
         now_ms - range_.first_time_ms >= options.rotation.interval_ms;
}

bool PartitionWriter::is_due_before(const sdk::Record& record, std::string_view path, int64_t now_ms) const {
  if (range_.empty()) return false;
  if (now_ms >= range_.scheduled_at_ms) return true;
  const SinkOptions& options = shared_.plan->options;
  if (options.rotation.interval_ms <= 0) return false;
  if (options.rotation.on_partition_change && path != range_.last_path) return true;
  const auto time_ms = record_time(options.partitioner, record, now_ms);
  return time_ms.ok() && *time_ms - range_.first_time_ms >= options.rotation.interval_ms;
}

Status PartitionWriter::rotate() {
  if (range_.empty() || lost_) return {};
  if (upload_) return retriable(fmt::format("{}: the upload before is still under way", name()));
  upload_.emplace();
  upload_bytes_ = range_.bytes_in_memory();
  upload_->range = std::make_shared<Range>(std::move(range_));
  range_ = Range();
  return advance_upload();
}

Status PartitionWriter::rotate_and_wait() {
  SLUICE_RETURN_IF_ERROR(wait_for_upload());
  return rotate();
}

Status PartitionWriter::spill() {
  OpenFile* largest = nullptr;
  for (const auto& [path, file] : range_.files) {
    if (largest == nullptr || file->bytes_in_memory() > largest->bytes_in_memory()) largest = file.get();
  }
  return largest == nullptr ? Status() : largest->spill();
}

std::optional<int64_t> PartitionWriter::next_due_ms(int64_t now_ms) const {
  if (!looked_ && !lost_) return 0;
  std::optional<int64_t> due;
  const auto consider = [&](int64_t ms) { due = std::max<int64_t>(0, std::min(due.value_or(ms), ms)); };
  if (upload_) consider(upload_->job ? kWaitStep.count() : upload_->retry_at_ms - shared_.clock.steady_ms());
  if (range_.empty() || recovery_) return due;
  if (range_.scheduled_at_ms != std::numeric_limits<int64_t>::max())
    consider(range_.scheduled_at_ms - now_ms);
  const SinkOptions& options = shared_.plan->options;
  if (options.rotation.interval_ms > 0 && options.partitioner.extractor == ExtractorKind::kWallclock) {
    consider(range_.first_time_ms + options.rotation.interval_ms - now_ms);
  }
  return due;
}

void PartitionWriter::abandon() {
  upload_.reset();
  recovery_.reset();
  range_ = Range();
  lost_ = true;
}

}  // namespace sluice::connectors::object_store
