#include "connectors/file/connector.h"
#include "connectors/file/sink_task.h"
#include "connectors/file/source_task.h"
#include "sdk/plugin_catalogue.h"

namespace sluice::connectors::file {
namespace {

constexpr const char* kVersion = "4.1.0";  // of the Java connectors that these stand for

}  // namespace

void register_plugins(sdk::PluginCatalogue& catalogue);
void register_plugins(sdk::PluginCatalogue& catalogue) {
  catalogue.add(sdk::SourcePlugin{{{"org.apache.kafka.connect.file.FileStreamSourceConnector"}, kVersion},
                                  "org.apache.kafka.connect.file.FileStreamSourceTask",
                                  [] { return std::make_unique<FileSourceConnector>(); },
                                  [] { return std::make_unique<FileSourceTask>(); }});
  catalogue.add(sdk::SinkPlugin{{{"org.apache.kafka.connect.file.FileStreamSinkConnector"}, kVersion},
                                "org.apache.kafka.connect.file.FileStreamSinkTask",
                                [] { return std::make_unique<FileSinkConnector>(); },
                                [] { return std::make_unique<FileSinkTask>(); }});
}

}  // namespace sluice::connectors::file
