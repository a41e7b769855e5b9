#include "connectors/object_store/sink_task.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "connectors/object_store/store_factory.h"
#include "formats/parquet/module_loader.h"

namespace sluice::connectors::object_store {
namespace {

constexpr int64_t kCommitWaitMs = 20'000;

}  // namespace

ObjectStoreSinkTask::ObjectStoreSinkTask(const OptionFamily& family, const Clock& clock,
                                         StoreOpener open_store)
    : family_(family), clock_(clock), open_store_(std::move(open_store)) {}

ObjectStoreSinkTask::~ObjectStoreSinkTask() { stop(); }

Status ObjectStoreSinkTask::start(const sdk::Properties& properties, sdk::SinkTaskContext& context) {
  properties_ = properties;
  context_ = &context;
  if (!open_store_) {
    open_store_ = [&context](const StoreOptions& options) {
      return object_store::open_store(options, context.stop());
    };
  }
  SLUICE_ASSIGN_OR_RETURN(SinkOptions options, family_.parse(properties));
  if (options.format.kind == FormatKind::kParquet) {  // told now rather than with the first record
    SLUICE_RETURN_IF_ERROR(formats::parquet_module());
  }
  SLUICE_ASSIGN_OR_RETURN(auto opened, open_store_(options.store));
  uploader_ = std::make_unique<Uploader>();
  shared_.emplace(Shared{context, *uploader_, clock_, make_plan(std::move(options), std::move(opened)),
                         [this](const sdk::Properties& recorded) { return recorded_plan(recorded); }});
  return {};
}

Result<PlanPtr> ObjectStoreSinkTask::recorded_plan(const sdk::Properties& recorded) {
  if (recorded == shared_->plan->options.recorded) return shared_->plan;
  SLUICE_ASSIGN_OR_RETURN(SinkOptions options, family_.parse(with_recorded(family_, properties_, recorded)));
  const StoreOptions& own = shared_->plan->options.store;
  const bool same_place = own.url == options.store.url && own.bucket == options.store.bucket &&
                          own.region == options.store.region;
  auto opened = shared_->plan->store;
  if (!same_place) {
    SLUICE_ASSIGN_OR_RETURN(opened, open_store_(options.store));
  }
  return make_plan(std::move(options), std::move(opened));
}

Status ObjectStoreSinkTask::open(std::span<const sdk::TopicPartition> partitions) {
  for (const sdk::TopicPartition& partition : partitions) {
    writers_[partition] = std::make_unique<PartitionWriter>(partition, *shared_);
  }
  return {};
}

Status ObjectStoreSinkTask::close(std::span<const sdk::TopicPartition> partitions) {
  // What is being uploaded is settled if it takes no time; else the next owner writes the same files again.
  const int64_t deadline = clock_.steady_ms() + shared_->plan->options.shutdown_timeout_ms;
  for (const sdk::TopicPartition& partition : partitions) {
    const auto found = writers_.find(partition);
    if (found == writers_.end()) continue;
    if (const auto settled = found->second->finish_upload(deadline); !settled.ok()) {
      log::warn("Closing {}-{} before its files are stored: {}", partition.topic, partition.partition,
                settled.error().message());
    }
    writers_.erase(found);
  }
  return {};
}

Status ObjectStoreSinkTask::put(sdk::RecordBatch& batch) {
  Status status = put_records(batch.records(), clock_.wall_ms());
  ask_for_next_call(status);
  return status;
}

Status ObjectStoreSinkTask::put_records(std::span<const sdk::Record> records, int64_t now_ms) {
  for (const auto& [partition, writer] : writers_) SLUICE_RETURN_IF_ERROR(writer->advance());
  for (size_t at = 0; at < records.size();) {
    const sdk::Record& first = records[at];
    size_t end = at + 1;
    while (end < records.size() && records[end].partition == first.partition &&
           records[end].topic == first.topic) {
      ++end;
    }
    PartitionWriter* writer = writer_of(first);
    if (writer == nullptr) {
      return failed(
          fmt::format("{}-{}@{}: no such partition is assigned to this task. A transform that changes the "
                      "topic cannot be used with this connector",
                      first.topic, first.partition, first.offset));
    }
    SLUICE_RETURN_IF_ERROR(writer->put(records.subspan(at, end - at), now_ms));
    at = end;
  }
  return keep_memory_in_bounds();
}

PartitionWriter* ObjectStoreSinkTask::writer_of(const sdk::Record& record) {
  const auto found = writers_.find({std::string(record.topic), record.partition});
  return found == writers_.end() ? nullptr : found->second.get();
}

size_t ObjectStoreSinkTask::bytes_in_memory() const {
  size_t bytes = 0;
  for (const auto& [partition, writer] : writers_) bytes += writer->bytes_in_memory();
  return bytes;
}

/// First the largest file goes out early, to where it stays invisible; if the store takes no such small
/// parts, the largest range is closed early; if all that is left are uploads under way, they are waited for.
Status ObjectStoreSinkTask::keep_memory_in_bounds() {
  const size_t bytes_max = shared_->plan->options.buffer_bytes_max;
  while (bytes_in_memory() > bytes_max) {
    PartitionWriter* largest = nullptr;
    for (const auto& [partition, writer] : writers_) {
      if (largest == nullptr || writer->bytes_open() > largest->bytes_open()) largest = writer.get();
    }
    const size_t before = largest == nullptr ? 0 : largest->bytes_open();
    if (before > 0) {
      SLUICE_RETURN_IF_ERROR(largest->spill());
      if (largest->bytes_open() < before / 2) continue;
      if (largest->can_rotate()) {
        SLUICE_RETURN_IF_ERROR(largest->rotate());
        continue;
      }
    }
    bool waited = false;
    for (const auto& [partition, writer] : writers_) {
      if (!writer->is_uploading()) continue;
      SLUICE_RETURN_IF_ERROR(writer->finish_upload(clock_.steady_ms() + kCommitWaitMs));
      waited = true;
    }
    if (!waited) return {};  // a range that is finished for another owner may not be cut
  }
  return {};
}

void ObjectStoreSinkTask::ask_for_next_call(const Status& status) {
  if (!status.ok()) {
    if (status.error().kind() == ErrorKind::kRetry) {
      context_->set_timeout(std::chrono::milliseconds(shared_->plan->options.retry_backoff_ms));
    }
    return;
  }
  std::optional<int64_t> due;
  for (const auto& [partition, writer] : writers_) {
    const auto next = writer->next_due_ms(clock_.wall_ms());
    if (next) due = std::min(due.value_or(*next), *next);
  }
  if (due) context_->set_timeout(std::chrono::milliseconds(*due));
}

/// Aiven's connector closes its files whenever the framework commits.
Status ObjectStoreSinkTask::rotate_all() {
  const int64_t deadline = clock_.steady_ms() + kCommitWaitMs;
  for (const auto& [partition, writer] : writers_) {
    SLUICE_RETURN_IF_ERROR(writer->finish_upload(deadline));
    if (writer->can_rotate()) SLUICE_RETURN_IF_ERROR(writer->rotate());
  }
  for (const auto& [partition, writer] : writers_) SLUICE_RETURN_IF_ERROR(writer->finish_upload(deadline));
  return {};
}

Result<sdk::Offsets> ObjectStoreSinkTask::pre_commit(const sdk::Offsets& offsets) {
  sdk::Offsets durable;
  if (shared_->plan->options.rotation.on_commit) {
    // What could not be stored now stays in memory and is tried again; put() tells of failures.
    if (const auto rotated = rotate_all(); !rotated.ok()) {
      log::warn("Not everything could be stored before this commit: {}", rotated.error().message());
    }
  }
  for (const auto& [partition, offset] : offsets) {
    const auto found = writers_.find(partition);
    if (found == writers_.end()) continue;
    const auto committable = found->second->committable(offset);
    if (!committable.ok()) {
      log::warn("Nothing to commit for {}-{} now: {}", partition.topic, partition.partition,
                committable.error().message());
    } else if (*committable) {
      durable[partition] = **committable;
    }
  }
  return durable;
}

void ObjectStoreSinkTask::stop() {
  writers_.clear();
  uploader_.reset();
}

}  // namespace sluice::connectors::object_store
