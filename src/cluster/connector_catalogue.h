#pragma once
// What the herder must know of connector classes: which there are here, of which type, and whether a
// configuration is valid. On the herder's scheduler.

#include <functional>
#include <string>
#include <vector>

#include "cluster/herder.h"

namespace sluice::cluster {

class ConnectorCatalogue {
 public:
  virtual ~ConnectorCatalogue() = default;
  /// kUnknown when this worker has no such class.
  virtual ConnectorType type_of(const std::string& class_name) const = 0;
  /// Every name that this worker answers to, for leaders that must not give it others.
  virtual std::vector<std::string> class_names() const = 0;
  /// Somewhere else than on the herder's thread, as connectors may look at their outside systems.
  virtual void validate(RawConfig config, Callback<ConfigChecks> done) = 0;
};

}  // namespace sluice::cluster
