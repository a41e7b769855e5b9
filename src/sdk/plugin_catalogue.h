#pragma once
// What a plugin folder hands over: names, version and factories. The catalogue itself is in `plugins/`.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sdk/config_provider.h"
#include "sdk/converter.h"
#include "sdk/header_converter.h"
#include "sdk/sink.h"
#include "sdk/source.h"
#include "sdk/transform.h"

namespace sluice::sdk {

/// Names of a plugin: the first is the one shown, the others are answered to as well. Full Java class names.
struct PluginNames {
  std::vector<std::string> class_names;
  std::string version;
};

struct SourcePlugin : PluginNames {
  std::string task_class;  // Java's task class name, as task configs carry it
  std::function<std::unique_ptr<SourceConnector>()> connector;
  std::function<std::unique_ptr<SourceTask>()> task;
};

struct SinkPlugin : PluginNames {
  std::string task_class;
  std::function<std::unique_ptr<SinkConnector>()> connector;
  std::function<std::unique_ptr<SinkTask>()> task;
};

struct ConverterPlugin : PluginNames {
  std::function<std::unique_ptr<Converter>()> make;
};
struct HeaderConverterPlugin : PluginNames {
  std::function<std::unique_ptr<HeaderConverter>()> make;
};
struct TransformPlugin : PluginNames {
  std::function<std::unique_ptr<Transform>()> make;
};
struct PredicatePlugin : PluginNames {
  std::function<std::unique_ptr<Predicate>()> make;
};

struct ConfigProviderPlugin : PluginNames {
  std::function<std::unique_ptr<ConfigProvider>()> make;
};

/// A connector that people know by its class, and that is not here.
struct AbsentConnector {
  std::string class_name;
  std::string instead;  // what to use, a sentence
};

class PluginCatalogue {
 public:
  virtual ~PluginCatalogue() = default;
  virtual void add(SourcePlugin plugin) = 0;
  virtual void add(SinkPlugin plugin) = 0;
  virtual void add(ConverterPlugin plugin) = 0;
  virtual void add(HeaderConverterPlugin plugin) = 0;
  virtual void add(TransformPlugin plugin) = 0;
  virtual void add(PredicatePlugin plugin) = 0;
  virtual void add(ConfigProviderPlugin plugin) = 0;
  virtual void add(const AbsentConnector&) {}
};

}  // namespace sluice::sdk
