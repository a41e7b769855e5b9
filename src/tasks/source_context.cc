#include "tasks/source_context.h"

#include <chrono>

#include "base/log.h"
#include "sdk/data/values.h"
#include "tasks/topic_log.h"

namespace sluice::tasks {
namespace {

constexpr std::chrono::milliseconds kReadTimeout{5'000};
constexpr std::chrono::milliseconds kReadPause{100};

}  // namespace

Status SourceContext::read_offsets(store::SourceOffsets offsets) {
  while (true) {
    const Status read = offsets.refresh(kReadTimeout);
    if (read.ok()) break;
    if (read.error().kind() != ErrorKind::kRetry) return read;
    log::warn("The task cannot start yet: {}", read.error().message());
    if (stop_.wait_for(kReadPause)) return closed("The task was stopped before it had read its offsets");
  }
  offsets_.emplace(std::move(offsets));
  return {};
}

const sdk::SourcePartition* SourceContext::partition(const sdk::Value& map) {
  for (const sdk::SourcePartition& known : partitions_) {
    if (known.map == map) return &known;
  }
  partitions_.push_back({sdk::deep_copy(arena_, map)});
  return &partitions_.back();
}

Result<sdk::Value> SourceContext::offset(const sdk::SourcePartition& partition, sdk::Arena& arena) {
  if (!offsets_) return failed("Offsets can be asked for once the task is being started");
  return offsets_->read(partition.map, arena);
}

Result<std::unique_ptr<sdk::TopicLog>> SourceContext::open_topic(const sdk::TopicLogConfig& config) {
  return make_topic_log(config, stop_);
}

}  // namespace sluice::tasks
