#include "cluster/connector_signal.h"

#include <fmt/format.h>

#include "tasks/topic_log.h"

namespace sluice::cluster {

Answer<std::string> send_signal(const ConnectorCall& call, const std::string& signal) {
  const std::string* class_name = sdk::find(call.config, "connector.class");
  const auto plugin = call.plugins.connector(class_name == nullptr ? "" : *class_name);
  if (!plugin.ok()) return request_error(RequestProblem::kInternal, plugin.error().message());
  if (plugin->source == nullptr) {
    return request_error(RequestProblem::kBadRequest,
                         fmt::format("Connector {} is a sink: it takes no signals", call.connector));
  }
  const auto record = plugin->source->connector()->signal(call.config, signal);
  if (!record.ok()) return request_error(RequestProblem::kBadRequest, record.error().message());
  const StopSignal never;
  const auto log = tasks::make_topic_log(record->log, never);
  const Status sent = log.ok() ? (*log)->append(record->key, record->value) : Status(log.error());
  if (sent.ok()) return fmt::format("The signal is in topic {}: {}", record->log.topic, record->value);
  return request_error(RequestProblem::kInternal, fmt::format("The signal did not get into topic {}: {}",
                                                              record->log.topic, sent.error().message()));
}

}  // namespace sluice::cluster
