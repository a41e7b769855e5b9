#pragma once
// The way of a batch through a task: consumed bytes to records (sink), records to bytes to send (source),
// with transforms, under the error policy. On the task's thread; keeps its scratch space from batch to batch.

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "kafka/message.h"
#include "sdk/data/record.h"
#include "tasks/converter_set.h"
#include "tasks/stage_runner.h"
#include "tasks/transform_chain.h"

namespace sluice::tasks {

/// Both ways share converters, chain and policy.
class RecordPipeline {
 public:
  RecordPipeline(ConverterSet converters, TransformChain chain, std::unique_ptr<ErrorPolicy> policy);

  ErrorPolicy& policy() { return *policy_; }

  /// Transforms `batch` and writes one message per record that is left (in order; batch.records() shrinks
  /// alike). The messages live as long as the batch. An error fails the task.
  Status to_messages(sdk::RecordBatch& batch, std::vector<kafka::OutgoingMessage>& messages);

  /// Converts and transforms consumed messages; the batch (empty before) keeps their bytes alive.
  Status to_records(const kafka::MessageBatch& messages, sdk::RecordBatch& batch);

  /// For reports about a record of the batch under way.
  FailureContext failure_of(Stage stage, std::string_view class_name, const Error& error, uint32_t origin);

 private:
  class BatchOrigins final : public Origins {
   public:
    FailureContext failure(Stage stage, std::string_view class_name, const Error& error,
                           uint32_t origin) override;
    const kafka::MessageBatch* messages = nullptr;  // of a sink
    std::vector<sdk::Record> polled;                // of a source; filled only when it may be needed
    const std::vector<sdk::Record>* records = nullptr;
  };
  enum class Part : uint8_t { kKey, kValue };

  Status encode(sdk::RecordBatch& batch, Part part, StageRunner& stages, std::vector<BytesView>& out,
                std::span<uint8_t> skipped);
  void take_schema_headers(std::span<const RawHeader> headers, Part part, size_t first);
  /// With those of the schemas; key's and value's come last, as in Java.
  std::span<const RawHeader> with_schema_headers(std::span<const RawHeader> headers, size_t index,
                                                 sdk::Arena& arena) const;
  Status encode_headers(sdk::RecordBatch& batch, StageRunner& stages,
                        std::vector<std::span<const RawHeader>>& out, std::span<uint8_t> skipped);
  Status decode(const kafka::MessageBatch& messages, sdk::RecordBatch& batch, Part part, StageRunner& stages,
                std::span<uint8_t> skipped);
  Status decode_headers(const kafka::MessageBatch& messages, sdk::RecordBatch& batch, StageRunner& stages,
                        std::span<uint8_t> skipped);

  ConverterSet converters_;
  TransformChain chain_;
  std::unique_ptr<ErrorPolicy> policy_;
  BatchOrigins origins_;

  std::vector<sdk::DataItem> data_items_;
  std::vector<sdk::BytesItem> bytes_items_;
  std::vector<sdk::SchemaAndValue> decoded_;
  std::vector<BytesView> keys_;
  std::vector<BytesView> values_;
  std::vector<std::span<const RawHeader>> headers_;
  std::array<std::vector<RawHeader>, 2> schema_headers_;  // by part; empty: its converter writes none
  std::vector<uint8_t> skipped_;
};

}  // namespace sluice::tasks
