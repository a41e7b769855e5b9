#include "connectors/datagen/connector.h"
#include "connectors/datagen/task.h"
#include "sdk/plugin_catalogue.h"

namespace sluice::connectors::datagen {
namespace {

constexpr const char* kVersion = "0.6.7";  // of the Java connector that this stands for

}  // namespace

void register_plugins(sdk::PluginCatalogue& catalogue);
void register_plugins(sdk::PluginCatalogue& catalogue) {
  catalogue.add(sdk::SourcePlugin{{{"io.confluent.kafka.connect.datagen.DatagenConnector"}, kVersion},
                                  "io.confluent.kafka.connect.datagen.DatagenTask",
                                  [] { return std::make_unique<DatagenConnector>(); },
                                  [] { return std::make_unique<DatagenTask>(); }});
}

}  // namespace sluice::connectors::datagen
