#pragma once
// One file that records are gathered for: encoded in memory, spilled into an invisible upload when memory is
// short, and stored as a whole. One thread at a time; store() may run on the upload thread.

#include <cstdint>
#include <memory>
#include <string>

#include "connectors/object_store/plan.h"
#include "connectors/object_store/record_file.h"
#include "drivers/object_store/object_writer.h"

namespace sluice::connectors::object_store {

class OpenFile final : public formats::ByteSink {
 public:
  /// Error kind kBadRecord: the schema cannot be written in this format; kFailed: no module for it.
  static Result<std::unique_ptr<OpenFile>> open(const PlanPtr& plan, std::string key, sdk::SchemaPtr schema,
                                                const formats::ParquetShape& shape);

  const std::string& key() const { return object_.key(); }
  const sdk::SchemaPtr& schema() const { return schema_; }
  RecordFile& records() { return *records_; }
  size_t bytes_in_memory() const { return records_->bytes_buffered() + object_.bytes_in_memory(); }
  /// Encodes what is buffered and sends it to where it stays invisible, as far as the store takes it.
  Status spill();
  /// Makes the file visible. After kRetry it may be called again.
  Status store();

  /// Of the format: a store that is down is not told here, as the bytes are kept and sent again by store().
  Status write(BytesView bytes) override;

 private:
  OpenFile(PlanPtr plan, std::string key, sdk::SchemaPtr schema);

  const PlanPtr plan_;
  const sdk::SchemaPtr schema_;
  store::ObjectWriter object_;
  std::unique_ptr<RecordFile> records_;
  bool encoded_ = false;
  bool stored_ = false;
};

}  // namespace sluice::connectors::object_store
