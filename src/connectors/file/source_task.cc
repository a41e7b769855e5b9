#include "connectors/file/source_task.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "base/log.h"
#include "connectors/file/options.h"
#include "sdk/data/java_utf8.h"

namespace sluice::connectors::file {
namespace {

using sdk::Value;

constexpr std::chrono::milliseconds kIdleWait{1000};  // as Java's: a poll without data takes about this long
constexpr std::chrono::milliseconds kIdleSlice{100};  // new data is seen within this,
constexpr int64_t kQuietAfterMs = 10'000;  // or after this long without any, within kIdleWait: wakes cost CPU
constexpr size_t kBatchBytesMax = size_t{8} << 20;  // a large batch.size must not pile up memory
constexpr size_t kReserveMax = 10'000;

}  // namespace

Status FileSourceTask::start(const sdk::Properties& properties, sdk::SourceTaskContext& context) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, source_options().parse(properties));
  context_ = &context;
  file_ = config.get_string(kFile);
  topic_ = config.get_string(kTopic);
  // Java takes any number; with less than one its poll returns after the first record.
  batch_size_ = static_cast<size_t>(std::max<int64_t>(1, config.get_int(kBatchSize)));
  sdk::Arena arena;
  const Value name = config.has(kFile) ? Value::string(file_) : Value::null();
  partition_ = context.partition(sdk::single_entry_map(arena, kFilenameField, name));
  if (file_.empty()) return {};
  return read_position();
}

Status FileSourceTask::read_position() {
  sdk::Arena arena;
  SLUICE_ASSIGN_OR_RETURN(const Value offset, context_->offset(*partition_, arena));
  if (offset.is_null()) return {};
  const Value position = sdk::map_get(offset, kPositionField);
  if (position.is_null()) return {};
  if (position.kind() != sdk::Kind::kInt64 || position.as_integer() < 0) {
    return failed(fmt::format(
        "Offset position is the incorrect type: the stored offset of file '{}' needs a whole number "
        "of at least 0 under '{}'; reset or alter the connector's offsets",
        file_, kPositionField));
  }
  position_ = position.as_integer();
  log::debug("Found previous offset, trying to skip to file offset {}", position_);
  return {};
}

Result<bool> FileSourceTask::make_open() {
  if (input_.is_open()) return true;
  if (file_.empty()) {
    input_.open_standard_input();
    return true;
  }
  SLUICE_ASSIGN_OR_RETURN(const bool opened, input_.open(file_, position_));
  if (opened) {
    told_missing_ = false;
    log::debug("Opened {} for reading", file_);
    return true;
  }
  if (!told_missing_) {
    log::warn("Couldn't find file '{}' for FileStreamSourceTask, sleeping to wait for it to be created",
              file_);
  }
  told_missing_ = true;
  context_->stop().wait_for(kIdleWait);
  return false;
}

Result<size_t> FileSourceTask::fill() {
  const auto room = lines_.room();
  if (room.empty()) {
    return failed(fmt::format("The line at byte {} of '{}' is longer than {} bytes; is it a text file?",
                              position_, file_, lines_.pending_bytes()));
  }
  SLUICE_ASSIGN_OR_RETURN(const size_t got, input_.read(room));
  lines_.filled(got);
  return got;
}

Status FileSourceTask::poll(sdk::RecordBatch& batch) {
  SLUICE_ASSIGN_OR_RETURN(const bool open, make_open());
  if (!open) return {};
  batch.records().reserve(std::min(batch_size_, kReserveMax));
  size_t bytes = 0;
  std::chrono::milliseconds waited{0};
  for (;;) {
    append_lines(batch, clock_.wall_ms());
    if (batch.size() >= batch_size_ || bytes >= kBatchBytesMax || context_->stop().stop_requested())
      return {};
    const Result<size_t> got = fill();
    if (!got.ok()) return batch.empty() ? got.error() : Status{};  // it comes again with the next poll
    bytes += batch.empty() ? 0 : *got;
    if (*got > 0) {
      last_data_ms_ = clock_.steady_ms();
      continue;
    }
    if (!batch.empty() || waited >= kIdleWait) return {};
    if (waited.count() == 0) {
      if (const auto news = input_.news()) log::warn("{}", *news);
    }
    const bool is_quiet = clock_.steady_ms() - last_data_ms_ >= kQuietAfterMs;
    const std::chrono::milliseconds slice = is_quiet ? kIdleWait : kIdleSlice;
    input_.wait(context_->stop(), slice);
    waited += slice;
  }
}

void FileSourceTask::append_lines(sdk::RecordBatch& batch, int64_t now_ms) {
  Line line;
  if (batch.size() >= batch_size_ || !lines_.next(line)) return;
  batch.arena().keep(lines_.block());
  const bool ascii = lines_.ascii();
  do {
    append_record(batch, line, now_ms, ascii);
  } while (batch.size() < batch_size_ && lines_.next(line));
}

inline void FileSourceTask::append_record(sdk::RecordBatch& batch, const Line& line, int64_t now_ms,
                                          bool ascii) {
  position_ += static_cast<int64_t>(line.bytes);
  sdk::Record& record = batch.records().emplace_back();
  record.topic = topic_;
  record.value_schema = sdk::Schema::string().get();
  record.value = Value::string(ascii ? line.text : sdk::decode_utf8(batch.arena(), line.text));
  record.origin = static_cast<uint32_t>(batch.size() - 1);
  record.timestamp = now_ms;
  record.timestamp_type = sdk::TimestampType::kCreateTime;
  record.source_partition = partition_;
  const Value position = file_.empty() ? Value::null() : Value::int64(position_);
  record.source_offset = sdk::single_entry_map(batch.arena(), kPositionField, position);
}

}  // namespace sluice::connectors::file
