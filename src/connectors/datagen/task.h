#pragma once
// Makes records by the clock and the seed. Task thread.

#include <string>

#include "base/clock.h"
#include "connectors/datagen/options.h"
#include "sdk/source.h"

namespace sluice::connectors::datagen {

class DatagenTask final : public sdk::SourceTask {
 public:
  explicit DatagenTask(const Clock& clock = system_clock()) : clock_(clock) {}

  Status start(const sdk::Properties& properties, sdk::SourceTaskContext& context) override;
  Status poll(sdk::RecordBatch& batch) override;

 private:
  Status load_offset();
  /// How many records are due now; waits a little for them.
  int64_t due();
  void append(sdk::RecordBatch& batch, int64_t count);

  const Clock& clock_;
  Options options_;
  sdk::SourceTaskContext* context_ = nullptr;
  const sdk::SourcePartition* partition_ = nullptr;
  int64_t task_id_ = 0;
  uint64_t seed_ = 0;
  int64_t made_ = 0;      // over all lives: the next record's number
  int64_t start_ms_ = 0;  // of this life, on the steady clock
  int64_t start_made_ = 0;
  bool told_end_ = false;
};

}  // namespace sluice::connectors::datagen
