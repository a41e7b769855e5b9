#include "connectors/file/sink_task.h"

#include "connectors/file/options.h"
#include "sdk/data/values.h"

namespace sluice::connectors::file {
namespace {

/// Written out before it grows beyond this; a batch usually stays below and is one write.
constexpr size_t kBufferBytes = size_t{1} << 20;

void append_text(std::string& out, const sdk::Value& value) {
  if (value.kind() == sdk::Kind::kString) {
    out.append(value.as_string());
  } else {
    sdk::append_java_text(out, value);
  }
}

}  // namespace

Status FileSinkTask::start(const sdk::Properties& properties, sdk::SinkTaskContext& context) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, sink_options().parse(properties));
  context_ = &context;
  const std::string& file = config.get_string(kFile);
  if (!file.empty()) return output_.open(file);
  output_.open_standard_output();
  return {};
}

Status FileSinkTask::put(sdk::RecordBatch& batch) {
  if (batch.empty()) return {};
  output_.begin();
  buffer_.clear();
  for (const sdk::Record& record : batch.records()) {
    append_text(buffer_, record.value);
    buffer_.push_back('\n');
    if (buffer_.size() >= kBufferBytes) SLUICE_RETURN_IF_ERROR(write_out());
  }
  return write_out();
}

Status FileSinkTask::write_out() {
  const Status written = output_.append(buffer_, context_->stop());
  buffer_.clear();
  if (written.ok()) return {};
  const bool undone = output_.undo();
  const Error& error = written.error();
  return Error(error.kind(),
               error.message() +
                   (undone ? ". The file was cut back to where this batch began and the batch is not "
                             "committed: make room and restart the task, nothing is lost or doubled"
                           : ". Part of this batch is in the file and the batch is not committed: after a "
                             "restart it is written again, whole"));
}

Status FileSinkTask::flush(const sdk::Offsets&) { return output_.sync(); }

}  // namespace sluice::connectors::file
