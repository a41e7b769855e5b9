#include "formats/parquet/module/column_writer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "formats/parquet/module/inference.h"
#include "formats/parquet/module/parquet_file.h"
#include "formats/parquet/module/row_writer.h"
#include "formats/parquet/module/schema_plan.h"
#include "sdk/data/values.h"

namespace sluice::formats {
namespace {

/// Records between two looks at the memory in use.
constexpr size_t kRecordsPerCheck = 32;

class ColumnWriter final : public ParquetWriter {
 public:
  ColumnWriter(const ParquetOptions& options, sdk::SchemaPtr schema, std::unique_ptr<Node> root,
               ByteSink& sink)
      : options_(options),
        schema_(std::move(schema)),
        root_(std::move(root)),
        rows_writer_(*root_),
        sink_(sink) {}

  AppendResult append(std::span<const sdk::Record> records) override {
    rows_writer_.begin_batch();
    AppendResult result;
    while (result.appended < records.size()) {
      if (full()) return stopped(result, AppendStop::kFull);
      const auto stretch =
          records.subspan(result.appended, std::min(kRecordsPerCheck, room_for(records, result)));
      for (const sdk::Record& record : stretch) {
        if (rows_writer_.write_row(record.value) == WriteOutcome::kMiss) [[unlikely]] {
          if (!recover(record, result)) return result;
        }
        ++rows_buffered_;
        ++result.appended;
      }
    }
    return result;
  }

  Result<ParquetShape> shape_with(const sdk::Record& record) override {
    std::shared_ptr<Node> shape = clone_empty(*root_);
    SLUICE_RETURN_IF_ERROR(widen_to(*shape, record.value, 0));
    return ParquetShape(std::move(shape));
  }

  uint64_t rows() const override { return rows_flushed_ + rows_buffered_; }

  size_t bytes_buffered() const override {
    size_t bytes = 0;
    for (const Leaf* leaf : root_->leaves) bytes += leaf->bytes();
    return bytes;
  }

  Status flush_row_group(bool release_memory) override {
    if (rows_buffered_ == 0) return {};
    SLUICE_RETURN_IF_ERROR(open_file());
    SLUICE_RETURN_IF_ERROR(file_->write_row_group(rows_buffered_));
    rows_flushed_ += rows_buffered_;
    rows_buffered_ = 0;
    for (Leaf* leaf : root_->leaves) leaf->clear(release_memory);
    return {};
  }

  Status finish() override {
    SLUICE_RETURN_IF_ERROR(flush_row_group(true));
    SLUICE_RETURN_IF_ERROR(open_file());
    return file_->close();
  }

 private:
  bool inferred() const { return schema_ == nullptr; }
  bool full() const {
    return rows_buffered_ >= options_.row_group_rows_max || bytes_buffered() >= options_.row_group_bytes_max;
  }
  size_t room_for(std::span<const sdk::Record> records, const AppendResult& result) const {
    return std::min<size_t>(records.size() - result.appended, options_.row_group_rows_max - rows_buffered_);
  }

  static AppendResult& stopped(AppendResult& result, AppendStop stop) {
    result.stop = stop;
    return result;
  }
  static bool stopped(AppendResult& result, Error error) {
    result.stop = AppendStop::kBadRecord;
    result.error = std::move(error);
    return false;
  }

  Status open_file() {
    if (file_) return {};
    SLUICE_ASSIGN_OR_RETURN(file_, open_parquet_file(options_, *root_, sink_));
    rows_writer_.freeze();
    return {};
  }

  /// The record did not fit: takes its columns back, then grows the schema and writes it again, or says why
  /// not.
  bool recover(const sdk::Record& record, AppendResult& result) {
    for (Leaf* leaf : root_->leaves) leaf->truncate_rows(rows_buffered_);
    if (rows_writer_.is_out_of_room() && rows_buffered_ > 0) {
      result.stop = AppendStop::kFull;
      return false;
    }
    if (!inferred()) {
      const auto valid = sdk::validate_value(*schema_, record.value);
      if (!valid.ok()) return stopped(result, valid.error());
    } else {
      const auto trial = clone_empty(*root_);
      const auto widened = widen_to(*trial, record.value, 0);
      if (!widened.ok()) return stopped(result, widened.error());
      if (trial->leaves.size() > options_.columns_max) return stopped(result, too_many_columns());
      if (*widened) return grow(record, result);
    }
    return stopped(result, does_not_fit());
  }

  bool grow(const sdk::Record& record, AppendResult& result) {
    if (file_) {
      result.stop = AppendStop::kNewShape;
      return false;
    }
    const auto widened = widen_to(*root_, record.value, rows_buffered_);
    if (!widened.ok()) return stopped(result, widened.error());
    rows_writer_.begin_batch();
    if (rows_writer_.write_row(record.value) == WriteOutcome::kOk) return true;
    for (Leaf* leaf : root_->leaves) leaf->truncate_rows(rows_buffered_);
    return stopped(result, does_not_fit());
  }

  static Error does_not_fit() {
    return bad_record(
        "The record does not fit into the columns of its Parquet file: a field occurs twice, a decimal "
        "has too many digits, or it is larger than 4 GB");
  }

  Error too_many_columns() const {
    return bad_record("The record would bring its Parquet file to more than " +
                      std::to_string(options_.columns_max) +
                      " columns: objects that are used as dictionaries need a schema with a map type");
  }

  const ParquetOptions options_;
  const sdk::SchemaPtr schema_;
  const std::unique_ptr<Node> root_;
  RowWriter rows_writer_;
  ByteSink& sink_;
  std::unique_ptr<ParquetFile> file_;
  uint64_t rows_flushed_ = 0;
  size_t rows_buffered_ = 0;
};

}  // namespace

Result<std::unique_ptr<ParquetWriter>> make_column_writer(const ParquetOptions& options,
                                                          sdk::SchemaPtr schema, const ParquetShape& shape,
                                                          ByteSink& sink) {
  std::unique_ptr<Node> root;
  if (schema != nullptr) {
    SLUICE_ASSIGN_OR_RETURN(root, plan_of(*schema));
  } else if (shape != nullptr) {
    root = clone_empty(*static_cast<const Node*>(shape.get()));
  } else {
    root = make_inferred_root();
  }
  return std::unique_ptr<ParquetWriter>(
      std::make_unique<ColumnWriter>(options, std::move(schema), std::move(root), sink));
}

}  // namespace sluice::formats
