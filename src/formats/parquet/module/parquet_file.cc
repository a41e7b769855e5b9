#include "formats/parquet/module/parquet_file.h"

#include <arrow/io/interfaces.h>
#include <arrow/util/compression.h>
#include <parquet/column_writer.h>
#include <parquet/exception.h>
#include <parquet/file_writer.h>
#include <parquet/properties.h>

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "formats/parquet/module/parquet_schema.h"

namespace sluice::formats {
namespace {

/// Rows of a column that the library is given at a time; bounds the scratch memory of pointers to strings.
constexpr size_t kLevelsPerCall = 8192;
constexpr size_t kSampleMax = 4096;
constexpr size_t kSampleMin = 512;

/// Passes the library's writes on; keeps our error, as the library's carries only a text.
class SinkStream final : public ::arrow::io::OutputStream {
 public:
  explicit SinkStream(ByteSink& sink) : sink_(sink) {}

  ::arrow::Status Write(const void* data, int64_t bytes) override {
    if (abandoned_) return ::arrow::Status::OK();
    auto written = sink_.write({static_cast<const char*>(data), static_cast<size_t>(bytes)});
    if (!written.ok()) {
      status_ = written;
      return ::arrow::Status::IOError(status_.error().message());
    }
    position_ += bytes;
    return ::arrow::Status::OK();
  }
  using ::arrow::io::Writable::Write;
  ::arrow::Result<int64_t> Tell() const override { return position_; }
  ::arrow::Status Close() override {
    closed_ = true;
    return ::arrow::Status::OK();
  }
  bool closed() const override { return closed_; }

  const Status& status() const { return status_; }
  /// The library ends a file when it is destroyed: not one that was given up.
  void abandon() { abandoned_ = true; }

 private:
  ByteSink& sink_;
  Status status_;
  int64_t position_ = 0;
  bool closed_ = false;
  bool abandoned_ = false;
};

::arrow::Compression::type compression(ParquetCodec codec) {
  switch (codec) {
    case ParquetCodec::kNone:
      return ::arrow::Compression::UNCOMPRESSED;
    case ParquetCodec::kSnappy:
      return ::arrow::Compression::SNAPPY;
    case ParquetCodec::kGzip:
      return ::arrow::Compression::GZIP;
    case ParquetCodec::kZstd:
      return ::arrow::Compression::ZSTD;
    case ParquetCodec::kLz4:
      return ::arrow::Compression::LZ4_HADOOP;
    case ParquetCodec::kBrotli:
      return ::arrow::Compression::BROTLI;
  }
  return ::arrow::Compression::UNCOMPRESSED;
}

template <typename T>
bool mostly_distinct_values(const Leaf& leaf, size_t count) {
  std::unordered_set<T> seen(leaf.values<T>(), leaf.values<T>() + count);
  return seen.size() * 10 > count * 9;
}

/// Of values that hardly ever repeat a dictionary would be built in vain, and be given up in the end.
bool mostly_distinct(const Leaf& leaf) {
  const size_t count = std::min(leaf.value_count(), kSampleMax);
  if (count < kSampleMin) return false;
  switch (leaf.storage()) {
    case Storage::kInt64:
      return mostly_distinct_values<int64_t>(leaf, count);
    case Storage::kFloat64:
      return mostly_distinct_values<double>(leaf, count);
    case Storage::kBinary: {
      std::unordered_set<std::string_view> seen;
      for (size_t i = 0; i < count; ++i) seen.insert(leaf.binary(i));
      return seen.size() * 10 > count * 9;
    }
    default:
      return false;
  }
}

template <typename ParquetType, typename T>
void write_plain(::parquet::ColumnWriter& column, const Leaf& leaf) {
  auto& typed = static_cast<::parquet::TypedColumnWriter<ParquetType>&>(column);
  typed.WriteBatch(static_cast<int64_t>(leaf.entries()), leaf.def(), leaf.rep(), leaf.values<T>());
}

/// Strings and fixed-length values go by pointer: made for a stretch of levels at a time.
template <typename ParquetType, typename MakePointer>
void write_pointers(::parquet::ColumnWriter& column, const Leaf& leaf, const MakePointer& pointer) {
  auto& typed = static_cast<::parquet::TypedColumnWriter<ParquetType>&>(column);
  std::vector<typename ParquetType::c_type> values(kLevelsPerCall);
  size_t next_value = 0;
  const size_t entries = leaf.entries();
  for (size_t start = 0; start < entries;) {
    size_t end = std::min(entries, start + kLevelsPerCall);
    if (leaf.rep() != nullptr) {  // a row is not divided between calls
      while (end < entries && leaf.rep()[end] != 0) ++end;
    }
    size_t count = end - start;
    if (leaf.def() != nullptr) {
      const int16_t max_def = leaf.max_def();
      count = static_cast<size_t>(std::count(leaf.def() + start, leaf.def() + end, max_def));
    }
    if (values.size() < count) values.resize(count);
    for (size_t i = 0; i < count; ++i) values[i] = pointer(next_value + i);
    next_value += count;
    typed.WriteBatch(static_cast<int64_t>(end - start), leaf.def() == nullptr ? nullptr : leaf.def() + start,
                     leaf.rep() == nullptr ? nullptr : leaf.rep() + start, values.data());
    start = end;
  }
}

void write_leaf(::parquet::ColumnWriter& column, const Leaf& leaf) {
  switch (leaf.storage()) {
    case Storage::kVoid: {
      auto& typed = static_cast<::parquet::Int32Writer&>(column);
      typed.WriteBatch(static_cast<int64_t>(leaf.entries()), leaf.def(), leaf.rep(), nullptr);
      return;
    }
    case Storage::kBoolean:
      return write_plain<::parquet::BooleanType, bool>(column, leaf);
    case Storage::kInt32:
      return write_plain<::parquet::Int32Type, int32_t>(column, leaf);
    case Storage::kInt64:
      return write_plain<::parquet::Int64Type, int64_t>(column, leaf);
    case Storage::kFloat32:
      return write_plain<::parquet::FloatType, float>(column, leaf);
    case Storage::kFloat64:
      return write_plain<::parquet::DoubleType, double>(column, leaf);
    case Storage::kBinary:
      return write_pointers<::parquet::ByteArrayType>(column, leaf, [&](size_t index) {
        const std::string_view bytes = leaf.binary(index);
        return ::parquet::ByteArray(static_cast<uint32_t>(bytes.size()),
                                    reinterpret_cast<const uint8_t*>(bytes.data()));
      });
    case Storage::kFixed:
      return write_pointers<::parquet::FLBAType>(column, leaf, [&](size_t index) {
        return ::parquet::FixedLenByteArray(leaf.values<uint8_t>() + index * leaf.fixed_width());
      });
  }
}

class ArrowFile final : public ParquetFile {
 public:
  ArrowFile(const Node& root, ByteSink& sink) : root_(root), stream_(std::make_shared<SinkStream>(sink)) {}

  ~ArrowFile() override { stream_->abandon(); }

  Status open(const ParquetOptions& options) {
    try {
      const auto schema = parquet_schema(root_);
      ::parquet::WriterProperties::Builder builder;
      builder.created_by("sluice")->compression(compression(options.codec));
      if (options.codec_level) builder.compression_level(*options.codec_level);
      ::parquet::SchemaDescriptor columns;
      columns.Init(schema);
      for (size_t i = 0; i < root_.leaves.size(); ++i) {
        if (mostly_distinct(*root_.leaves[i]))
          builder.disable_dictionary(columns.Column(static_cast<int>(i))->path());
      }
      file_ = ::parquet::ParquetFileWriter::Open(stream_, schema, builder.build());
      return {};
    } catch (const std::exception& error) {
      return told("opened", error);
    }
  }

  Status write_row_group(size_t rows) override {
    try {
      ::parquet::RowGroupWriter* group = file_->AppendRowGroup();
      for (const Leaf* leaf : root_.leaves) {
        ::parquet::ColumnWriter* column = group->NextColumn();
        write_leaf(*column, *leaf);
        column->Close();
      }
      if (root_.leaves.empty()) write_no_fields(*group, rows);
      group->Close();
      return {};
    } catch (const std::exception& error) {
      return told("written", error);
    }
  }

  Status close() override {
    try {
      file_->Close();
      return stream_->status();
    } catch (const std::exception& error) {
      return told("closed", error);
    }
  }

 private:
  static void write_no_fields(::parquet::RowGroupWriter& group, size_t rows) {
    const std::vector<int16_t> absent(rows, 0);
    auto& column = static_cast<::parquet::Int32Writer&>(*group.NextColumn());
    column.WriteBatch(static_cast<int64_t>(rows), absent.data(), nullptr, nullptr);
    column.Close();
  }

  Status told(const char* what, const std::exception& error) const {
    if (!stream_->status().ok()) return stream_->status();
    return failed(std::string("A Parquet file could not be ") + what + ": " + error.what());
  }

  const Node& root_;
  std::shared_ptr<SinkStream> stream_;
  std::unique_ptr<::parquet::ParquetFileWriter> file_;
};

}  // namespace

Result<std::unique_ptr<ParquetFile>> open_parquet_file(const ParquetOptions& options, const Node& root,
                                                       ByteSink& sink) {
  auto file = std::make_unique<ArrowFile>(root, sink);
  SLUICE_RETURN_IF_ERROR(file->open(options));
  return std::unique_ptr<ParquetFile>(std::move(file));
}

}  // namespace sluice::formats
