#pragma once
// Reads one file line by line (org.apache.kafka.connect.file.FileStreamSourceTask).

#include <string>

#include "base/clock.h"
#include "connectors/file/input_file.h"
#include "connectors/file/line_reader.h"
#include "sdk/source.h"

namespace sluice::connectors::file {

class FileSourceTask final : public sdk::SourceTask {
 public:
  explicit FileSourceTask(const Clock& clock = system_clock(),
                          size_t line_bytes_max = LineReader::kLineBytesMax)
      : clock_(clock), lines_(LineReader::kBlockBytes, line_bytes_max) {}

  Status start(const sdk::Properties& properties, sdk::SourceTaskContext& context) override;
  Status poll(sdk::RecordBatch& batch) override;
  void stop() override { input_.close(); }

 private:
  Status read_position();
  /// False: the file is not there, and this call has waited for it.
  Result<bool> make_open();
  /// Reads on into the line buffer; 0: nothing now.
  Result<size_t> fill();
  void append_lines(sdk::RecordBatch& batch, int64_t now_ms);
  void append_record(sdk::RecordBatch& batch, const Line& line, int64_t now_ms, bool ascii);

  const Clock& clock_;
  LineReader lines_;
  InputFile input_;
  sdk::SourceTaskContext* context_ = nullptr;
  const sdk::SourcePartition* partition_ = nullptr;
  std::string file_;  // empty: standard input
  std::string topic_;
  size_t batch_size_ = 0;
  int64_t position_ = 0;      // bytes before the next line
  int64_t last_data_ms_ = 0;  // on Clock::steady_ms()
  bool told_missing_ = false;
};

}  // namespace sluice::connectors::file
