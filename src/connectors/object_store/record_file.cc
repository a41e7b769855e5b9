#include "connectors/object_store/record_file.h"

#include <string>

#include "connectors/object_store/envelope.h"
#include "connectors/object_store/gzip_sink.h"
#include "formats/json/json_writer.h"
#include "formats/parquet/module_loader.h"

namespace sluice::connectors::object_store {
namespace {

/// Text is handed on in pieces of this size.
constexpr size_t kTextBytesMax = size_t{1} << 20;

class ParquetFile final : public RecordFile {
 public:
  explicit ParquetFile(std::unique_ptr<formats::ParquetWriter> writer) : writer_(std::move(writer)) {}
  AppendResult append(std::span<const sdk::Record> records) override { return writer_->append(records); }
  Result<formats::ParquetShape> shape_with(const sdk::Record& record) override {
    return writer_->shape_with(record);
  }
  size_t bytes_buffered() const override { return writer_->bytes_buffered(); }
  Status flush(bool release_memory) override { return writer_->flush_row_group(release_memory); }
  Status finish() override { return writer_->finish(); }

 private:
  std::unique_ptr<formats::ParquetWriter> writer_;
};

/// What JSON and byte files share: text gathered, compressed on request, handed on in pieces.
class TextFile : public RecordFile {
 public:
  TextFile(const FormatOptions& options, formats::ByteSink& sink) : options_(options), sink_(sink) {
    if (options.gzip) gzip_ = std::make_unique<GzipSink>(sink, options.gzip_level);
  }

  AppendResult append(std::span<const sdk::Record> records) override {
    AppendResult result;
    for (const sdk::Record& record : records) {
      if (text_.size() >= kTextBytesMax) {
        result.stop = AppendStop::kFull;
        return result;
      }
      const size_t size = text_.size();
      if (auto written = write(record, text_); !written.ok()) {
        text_.truncate(size);
        result.stop = AppendStop::kBadRecord;
        result.error = written.error();
        return result;
      }
      ++result.appended;
    }
    return result;
  }
  size_t bytes_buffered() const override { return text_.size(); }
  Status flush(bool) override {
    Status written = gzip_ ? gzip_->write(text_.view()) : sink_.write(text_.view());
    text_.clear();
    return written;
  }
  Status finish() override {
    write_end(text_);
    SLUICE_RETURN_IF_ERROR(flush(true));
    return gzip_ ? gzip_->finish() : Status();
  }

 protected:
  virtual Status write(const sdk::Record& record, json::TextBuffer& out) = 0;
  virtual void write_end(json::TextBuffer&) {}
  const FormatOptions options_;

 private:
  formats::ByteSink& sink_;
  std::unique_ptr<GzipSink> gzip_;
  json::TextBuffer text_;
};

class JsonLinesFile final : public TextFile {
 public:
  using TextFile::TextFile;

 private:
  Status write(const sdk::Record& record, json::TextBuffer& out) override {
    const bool is_array = options_.kind == FormatKind::kJsonArray;
    if (is_array) out.append(first_ ? "[\n" : ",\n");
    first_ = false;
    const auto format =
        options_.decimal_numeric ? json::DecimalFormat::kNumeric : json::DecimalFormat::kBase64;
    json::write_value(out, record.value, format);
    if (!is_array) out.push_back('\n');
    return {};
  }
  void write_end(json::TextBuffer& out) override {
    if (options_.kind == FormatKind::kJsonArray) out.append(first_ ? "[]" : "\n]");
  }
  bool first_ = true;
};

class BytesFile final : public TextFile {
 public:
  using TextFile::TextFile;

 private:
  Status write(const sdk::Record& record, json::TextBuffer& out) override {
    if (record.value.kind() != sdk::Kind::kBytes) {
      return bad_record("Files of bytes hold values of bytes only, but this one is of kind " +
                        std::string(sdk::kind_name(record.value.kind())) +
                        "; use the ByteArrayConverter as value.converter");
    }
    out.append(record.value.as_bytes());
    out.append(options_.bytes_separator);
    return {};
  }
};

/// Any format around Aiven's rows.
class EnvelopeFile final : public RecordFile {
 public:
  EnvelopeFile(std::unique_ptr<RecordFile> inner, std::vector<EnvelopeField> fields)
      : inner_(std::move(inner)), fields_(std::move(fields)) {}

  AppendResult append(std::span<const sdk::Record> records) override {
    batch_.clear();
    for (const sdk::Record& record : records) {
      batch_.records().push_back(wrap_in_envelope(record, fields_, batch_.arena()));
    }
    return inner_->append(batch_.records());
  }
  Result<formats::ParquetShape> shape_with(const sdk::Record& record) override {
    sdk::Arena arena;
    return inner_->shape_with(wrap_in_envelope(record, fields_, arena));
  }
  size_t bytes_buffered() const override { return inner_->bytes_buffered(); }
  Status flush(bool release_memory) override { return inner_->flush(release_memory); }
  Status finish() override { return inner_->finish(); }

 private:
  std::unique_ptr<RecordFile> inner_;
  const std::vector<EnvelopeField> fields_;
  sdk::RecordBatch batch_;
};

Result<std::unique_ptr<RecordFile>> make_inner(const FormatOptions& options, sdk::SchemaPtr schema,
                                               const formats::ParquetShape& shape, formats::ByteSink& sink) {
  if (options.kind == FormatKind::kParquet) {
    SLUICE_ASSIGN_OR_RETURN(const formats::ParquetModule* module, formats::parquet_module());
    formats::ParquetOptions parquet;
    parquet.codec = options.parquet_codec;
    SLUICE_ASSIGN_OR_RETURN(auto writer, module->make_writer(parquet, std::move(schema), shape, sink));
    return std::unique_ptr<RecordFile>(std::make_unique<ParquetFile>(std::move(writer)));
  }
  if (options.kind == FormatKind::kBytes) {
    return std::unique_ptr<RecordFile>(std::make_unique<BytesFile>(options, sink));
  }
  return std::unique_ptr<RecordFile>(std::make_unique<JsonLinesFile>(options, sink));
}

}  // namespace

Result<std::unique_ptr<RecordFile>> make_record_file(const FormatOptions& options, sdk::SchemaPtr schema,
                                                     const formats::ParquetShape& shape,
                                                     formats::ByteSink& sink) {
  const bool wrapped = !options.envelope.empty();
  SLUICE_ASSIGN_OR_RETURN(auto file, make_inner(options, wrapped ? nullptr : std::move(schema), shape, sink));
  if (!wrapped) return file;
  return std::unique_ptr<RecordFile>(std::make_unique<EnvelopeFile>(std::move(file), options.envelope));
}

}  // namespace sluice::connectors::object_store
