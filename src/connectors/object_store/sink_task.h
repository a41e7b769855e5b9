#pragma once
// The sink task: shares the records out to its partitions' writers, keeps memory in bounds, tells the
// framework what is durable. Task thread only.

#include <map>
#include <memory>
#include <optional>
#include <span>

#include "base/clock.h"
#include "connectors/object_store/partition_writer.h"
#include "sdk/sink.h"

namespace sluice::connectors::object_store {

class ObjectStoreSinkTask final : public sdk::SinkTask {
 public:
  /// For tests; the default opens the configured store.
  using StoreOpener = std::function<Result<std::shared_ptr<store::ObjectStore>>(const StoreOptions&)>;

  explicit ObjectStoreSinkTask(const OptionFamily& family, const Clock& clock = system_clock(),
                               StoreOpener open_store = nullptr);
  ~ObjectStoreSinkTask() override;

  Status start(const sdk::Properties& properties, sdk::SinkTaskContext& context) override;
  Status open(std::span<const sdk::TopicPartition> partitions) override;
  Status close(std::span<const sdk::TopicPartition> partitions) override;
  Status put(sdk::RecordBatch& batch) override;
  Result<sdk::Offsets> pre_commit(const sdk::Offsets& offsets) override;
  void stop() override;

 private:
  Status put_records(std::span<const sdk::Record> records, int64_t now_ms);
  PartitionWriter* writer_of(const sdk::Record& record);
  Status keep_memory_in_bounds();
  Status rotate_all();
  Result<PlanPtr> recorded_plan(const sdk::Properties& recorded);
  void ask_for_next_call(const Status& status);
  size_t bytes_in_memory() const;

  const OptionFamily& family_;
  const Clock& clock_;
  StoreOpener open_store_;
  sdk::Properties properties_;
  sdk::SinkTaskContext* context_ = nullptr;
  std::unique_ptr<Uploader> uploader_;
  std::optional<Shared> shared_;
  std::map<sdk::TopicPartition, std::unique_ptr<PartitionWriter>> writers_;
};

}  // namespace sluice::connectors::object_store
