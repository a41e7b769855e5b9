#include "connectors/object_store/connector.h"
#include "connectors/object_store/sink_task.h"
#include "sdk/plugin_catalogue.h"

namespace sluice::connectors::object_store {
namespace {

void add(sdk::PluginCatalogue& catalogue, const OptionFamily& family, const char* connector_class,
         const char* task_class, const char* version) {
  catalogue.add(sdk::SinkPlugin{{{connector_class}, version},
                                task_class,
                                [&family] { return std::make_unique<ObjectStoreSinkConnector>(family); },
                                [&family] { return std::make_unique<ObjectStoreSinkTask>(family); }});
}

}  // namespace

void register_plugins(sdk::PluginCatalogue& catalogue);
void register_plugins(sdk::PluginCatalogue& catalogue) {
  // Versions of the Java connectors that these stand for.
  add(catalogue, confluent_family(), "io.confluent.connect.s3.S3SinkConnector",
      "io.confluent.connect.s3.S3SinkTask", "11.0.0");
  add(catalogue, aiven_family(), "io.aiven.kafka.connect.s3.AivenKafkaConnectS3SinkConnector",
      "io.aiven.kafka.connect.s3.S3SinkTask", "3.4.0");
}

}  // namespace sluice::connectors::object_store
