#pragma once
// What the blocking part of a request about a connector knows of it. A value of the request's own but for the
// references, which outlive it.

#include <string>

#include "plugins/plugins.h"
#include "sdk/properties.h"

namespace sluice::cluster {

struct ConnectorCall {
  const plugins::Plugins& plugins;
  const sdk::Properties& worker;  // its configuration
  std::string group_id;           // of the workers
  std::string connector;
  sdk::Properties config;     // the connector's, with what config providers gave
  bool exactly_once = false;  // exactly.once.source.support=enabled
};

}  // namespace sluice::cluster
