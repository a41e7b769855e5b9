#include "connectors/object_store/open_file.h"

namespace sluice::connectors::object_store {

OpenFile::OpenFile(PlanPtr plan, std::string key, sdk::SchemaPtr schema)
    : plan_(std::move(plan)),
      schema_(std::move(schema)),
      object_(*plan_->store, std::move(key), plan_->options.store.part_bytes) {}

Result<std::unique_ptr<OpenFile>> OpenFile::open(const PlanPtr& plan, std::string key, sdk::SchemaPtr schema,
                                                 const formats::ParquetShape& shape) {
  const FormatOptions& format = plan->options.format;
  std::unique_ptr<OpenFile> file(new OpenFile(plan, std::move(key), schema));
  SLUICE_ASSIGN_OR_RETURN(file->records_, make_record_file(format, std::move(schema), shape, *file));
  return file;
}

Status OpenFile::spill() {
  SLUICE_RETURN_IF_ERROR(records_->flush(true));
  auto released = object_.release_memory();
  if (!released.ok() && released.error().kind() == ErrorKind::kRetry) return {};
  return released;
}

Status OpenFile::store() {
  if (!encoded_) SLUICE_RETURN_IF_ERROR(records_->finish());
  encoded_ = true;
  if (!stored_) SLUICE_RETURN_IF_ERROR(object_.finish({}));
  stored_ = true;
  return {};
}

Status OpenFile::write(BytesView bytes) {
  auto written = object_.write(bytes);
  if (!written.ok() && written.error().kind() == ErrorKind::kRetry) return {};
  return written;
}

}  // namespace sluice::connectors::object_store
