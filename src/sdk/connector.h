#pragma once
// What source and sink connectors share (org.apache.kafka.connect.connector.Connector): a connector decides
// how its work is divided into tasks. All calls come from one thread; none may block longer than seconds.

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "sdk/config/config_def.h"
#include "sdk/properties.h"

namespace sluice::sdk {

/// The worker's side of a connector. Thread-safe; outlives the connector.
class ConnectorContext {
 public:
  virtual ~ConnectorContext() = default;
  /// Asks for task_configs() again, soon and on the connector's thread.
  virtual void request_task_reconfiguration() = 0;
  /// Marks the connector FAILED.
  virtual void raise_error(const Error& error) = 0;
};

class Connector {
 public:
  virtual ~Connector() = default;

  /// The connector's own options; the framework's (name, tasks.max, …) are not among them.
  virtual const ConfigDef& config() const = 0;
  /// All problems of `properties`, by key; the default asks config(). Called on an instance that was not
  /// started.
  virtual std::vector<ConfigValue> validate(const Properties& properties) const;

  /// `context` outlives the connector. Called once.
  virtual Status start(const Properties& properties, ConnectorContext& context) = 0;
  /// One entry per task, `tasks_max` at most. Called again after each request for reconfiguration.
  virtual Result<std::vector<Properties>> task_configs(int tasks_max) = 0;
  virtual Status stop() { return {}; }
};

}  // namespace sluice::sdk
