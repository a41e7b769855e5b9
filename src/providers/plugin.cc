// The config providers of Apache Kafka, under their Java class names.

#include <unistd.h>

#include <memory>
#include <string>
#include <utility>

#include "providers/directory_provider.h"
#include "providers/environment_provider.h"
#include "providers/file_provider.h"
#include "sdk/plugin_catalogue.h"

namespace sluice::providers {
namespace {

constexpr const char* kVersion = "4.1.0";  // of the Kafka whose behaviour they have

template <typename Make>
void add(sdk::PluginCatalogue& catalogue, const char* name, Make make) {
  sdk::ConfigProviderPlugin plugin;
  plugin.class_names = {std::string("org.apache.kafka.common.config.provider.") + name};
  plugin.version = kVersion;
  plugin.make = std::move(make);
  catalogue.add(std::move(plugin));
}

}  // namespace

void register_plugins(sdk::PluginCatalogue& catalogue);
void register_plugins(sdk::PluginCatalogue& catalogue) {
  add(catalogue, "FileConfigProvider", [] { return std::make_unique<FileProvider>(); });
  add(catalogue, "DirectoryConfigProvider", [] { return std::make_unique<DirectoryProvider>(); });
  add(catalogue, "EnvVarConfigProvider", [] { return std::make_unique<EnvironmentProvider>(environ); });
}

}  // namespace sluice::providers
