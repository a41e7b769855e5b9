#pragma once
// Exactly once for one topic partition. Records gather in a range; a rotation turns it into an upload under
// way:
//
//   declare   commit_now(start, intent): from here on whoever owns the partition writes these files, by these
//   names upload    all files of the range, on the upload thread; the next range fills meanwhile settle
//   commit_now(end, ""): the intent is closed
//
// An intent that is found when the partition is opened is finished first: its records are read again and
// written under the recorded keys. Offsets below the next expected one are ignored, so that redelivery does
// no harm. Task thread only. Errors carry topic, partition and offset; kRetry leaves a state that the next
// call goes on from.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "connectors/object_store/range.h"
#include "connectors/object_store/uploader.h"
#include "sdk/sink.h"

namespace sluice::connectors::object_store {

/// What the partitions of one task share. Outlives them.
struct Shared {
  sdk::SinkTaskContext& context;
  Uploader& uploader;
  const Clock& clock;
  PlanPtr plan;
  /// The plan that an intent recorded.
  std::function<Result<PlanPtr>(const sdk::Properties& recorded)> recorded_plan;
};

enum class UploadStage : uint8_t { kDeclare, kUpload, kSettle };
/// A range that was rotated.
struct RangeUpload {
  std::shared_ptr<Range> range;
  UploadStage stage = UploadStage::kDeclare;
  Uploader::JobPtr job;
  int64_t retry_at_ms = 0;  // steady
  std::optional<Error> last_error;
};

/// A declared range that is read again.
struct RangeRecovery {
  Intent intent;
  PlanPtr plan;
  std::map<std::string, formats::ParquetShape, std::less<>> shapes;  // of files begun anew
  int64_t ignored_from = std::numeric_limits<int64_t>::max();  // still on its way from before the rewind
};

class PartitionWriter {
 public:
  PartitionWriter(sdk::TopicPartition partition, Shared& shared);

  /// Goes on with whatever is under way: the look at the committed offset, an upload, a rotation by time. To
  /// be called before records are put and when there are none. kRetry: no records can be taken now.
  Status advance();
  /// Takes records of this partition, in order; advance() has succeeded before.
  Status put(std::span<const sdk::Record> records, int64_t now_ms);
  /// For pre_commit: everything below `next_offset` was put or dropped before. The offset that may be
  /// committed, if any.
  Result<std::optional<int64_t>> committable(int64_t next_offset);

  /// Closes the open files whatever their size; kRetry if an upload is still under way.
  Status rotate();
  /// Waits for an upload under way to be settled, until `deadline_ms` of the steady clock; kRetry if it is
  /// not.
  Status finish_upload(int64_t deadline_ms);
  /// Forgets everything that is not stored; the next owner reads it again.
  void abandon();

  bool has_open_files() const { return !range_.empty(); }
  bool is_uploading() const { return upload_.has_value(); }
  size_t bytes_in_memory() const;
  size_t bytes_open() const { return range_.bytes_in_memory(); }
  /// Encodes and sends on the largest open file.
  Status spill();
  bool can_rotate() const { return has_open_files() && !upload_ && !recovery_; }
  /// Milliseconds until advance() has something to do; empty if only records can change that.
  std::optional<int64_t> next_due_ms(int64_t now_ms) const;

 private:
  // Opening.
  Status look_at_committed();
  Status begin_recovery(Intent intent);
  Status finish_recovery();

  // Uploads.
  Status advance_upload();
  Status check_job();
  void submit_upload();
  Status settle(int64_t offset, const std::string& metadata);
  Status wait_for_upload();
  Status await_upload(int64_t deadline_ms, bool until_stop);

  // Records.
  Plan& plan() const { return recovery_ ? *recovery_->plan : *shared_.plan; }
  bool is_dropped(const sdk::Record& record);
  Status take(std::span<const sdk::Record> records, int64_t now_ms, size_t& taken);
  Status take_null(const sdk::Record& record);
  Result<OpenFile*> file_for(const sdk::Record& record, std::string_view path, int64_t time_ms);
  Result<OpenFile*> open_file(const sdk::Record& record, std::string_view path, int64_t time_ms);
  size_t stretch(std::span<const sdk::Record> records, std::string_view path, int64_t now_ms);
  Status append(OpenFile& file, std::span<const sdk::Record> records, std::string_view path, size_t& taken);
  Status append_projected(OpenFile& file, const sdk::Record& record, std::string_view path, size_t& taken);
  Status after_append(const AppendResult& result, OpenFile& file, std::span<const sdk::Record> records,
                      std::string_view path, size_t& taken);
  Status restart_recovery(OpenFile& file, const sdk::Record& record, std::string_view path);
  Status reject(const sdk::Record& record, const Error& error);
  void note_clock(const sdk::Record& record, std::string_view path, int64_t now_ms);

  // Rotation.
  bool is_due_by_count() const;
  bool is_due_by_time(int64_t now_ms) const;
  bool is_due_before(const sdk::Record& record, std::string_view path, int64_t now_ms) const;
  void begin_range(const sdk::Record& record, std::string_view path, int64_t now_ms);
  Status rotate_and_wait();

  Error located(const Error& error, int64_t offset) const;
  std::string name() const;

  const sdk::TopicPartition partition_;
  Shared& shared_;
  Range range_;
  std::optional<RangeUpload> upload_;
  size_t upload_bytes_ = 0;
  std::optional<RangeRecovery> recovery_;
  int64_t next_offset_ = 0;
  int64_t committed_ = -1;
  bool looked_ = false;
  bool lost_ = false;
  std::string path_;  // scratch
  sdk::RecordBatch projected_;
};

}  // namespace sluice::connectors::object_store
