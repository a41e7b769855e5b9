#pragma once
// Appends the text of each record's value and a newline to a file
// (org.apache.kafka.connect.file.FileStreamSinkTask).

#include <string>

#include "connectors/file/output_file.h"
#include "sdk/sink.h"

namespace sluice::connectors::file {

class FileSinkTask final : public sdk::SinkTask {
 public:
  Status start(const sdk::Properties& properties, sdk::SinkTaskContext& context) override;
  Status put(sdk::RecordBatch& batch) override;
  Status flush(const sdk::Offsets& offsets) override;
  void stop() override { output_.close(); }

 private:
  Status write_out();

  OutputFile output_;
  std::string buffer_;
  sdk::SinkTaskContext* context_ = nullptr;
};

}  // namespace sluice::connectors::file
