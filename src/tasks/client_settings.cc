#include "tasks/client_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/log.h"
#include "plugins/naming.h"

namespace sluice::tasks {
namespace {

constexpr std::string_view kPolicySuffix = "ConnectorClientConfigOverridePolicy";

std::string bootstrap_servers(const sdk::Properties& worker) {
  const std::string* servers = sdk::find(worker, "bootstrap.servers");
  return servers == nullptr ? "localhost:9092" : *servers;
}

void overlay(sdk::Properties& base, const sdk::Properties& properties, std::string_view prefix) {
  for (auto& [key, value] : sdk::with_prefix(properties, prefix)) base[key] = value;
}

/// "All", "None" or "Principal", from a short name or a Java class name.
std::string_view policy_of(const sdk::Properties& worker) {
  const std::string* policy = sdk::find(worker, "connector.client.config.override.policy");
  return policy == nullptr ? std::string_view("All") : plugins::pruned_name(*policy, kPolicySuffix);
}

bool is_allowed(std::string_view policy, std::string_view client_key) {
  static constexpr std::array<std::string_view, 3> kPrincipal{"security.protocol", "sasl.mechanism",
                                                              "sasl.jaas.config"};
  if (policy == "None") return false;
  return policy != "Principal" ||
         std::find(kPrincipal.begin(), kPrincipal.end(), client_key) != kPrincipal.end();
}

}  // namespace

sdk::Properties source_producer_settings(const sdk::Properties& worker, const sdk::Properties& connector) {
  sdk::Properties settings{
      {"bootstrap.servers", bootstrap_servers(worker)},
      {"acks", "all"},
      {"enable.idempotence", "false"},
      {"max.in.flight.requests.per.connection", "1"},
      {"max.block.ms", "9223372036854775807"},
      {"delivery.timeout.ms", "2147483647"},
  };
  overlay(settings, worker, "producer.");
  overlay(settings, connector, "producer.override.");
  return settings;
}

sdk::Properties exactly_once_producer_settings(const sdk::Properties& worker,
                                               const sdk::Properties& connector) {
  sdk::Properties settings = source_producer_settings(worker, connector);
  if (settings.erase("transactional.id") > 0) {
    log::warn("The user-specified transactional.id is ignored: exactly-once source tasks have their own");
  }
  const std::string* wanted = sdk::find(connector, "producer.override.enable.idempotence");
  if (wanted != nullptr && *wanted == "false") {
    log::warn("producer.override.enable.idempotence=false is ignored: exactly-once source tasks need true");
  }
  settings["enable.idempotence"] = "true";
  return settings;
}

std::string transactional_id(const sdk::Properties& worker, const TaskId& task) {
  const std::string* group = sdk::find(worker, "group.id");
  return fmt::format("{}-{}", group == nullptr ? "" : *group, task.text());
}

sdk::Properties offsets_consumer_settings(const sdk::Properties& worker, const sdk::Properties& connector,
                                          bool exactly_once) {
  sdk::Properties settings = sink_consumer_settings(worker, connector, {});
  settings.erase("group.id");
  settings["auto.offset.reset"] = "earliest";
  settings["allow.auto.create.topics"] = "false";
  if (exactly_once) {
    settings["isolation.level"] = "read_committed";
  } else {
    settings.emplace("isolation.level", "read_committed");
  }
  return settings;
}

sdk::Properties sink_consumer_settings(const sdk::Properties& worker, const sdk::Properties& connector,
                                       const std::string& connector_name) {
  sdk::Properties settings{
      {"bootstrap.servers", bootstrap_servers(worker)},
      {"group.id", "connect-" + connector_name},
      {"auto.offset.reset", "earliest"},
      {"enable.auto.commit", "false"},
      {"fetch.max.wait.ms", "2000"},  // a thousand idle consumers, and their brokers, wake up less often
  };
  overlay(settings, worker, "consumer.");
  overlay(settings, connector, "consumer.override.");
  return settings;
}

sdk::Properties admin_settings(const sdk::Properties& worker, const sdk::Properties& connector) {
  sdk::Properties settings;
  for (const auto& [key, value] : worker) {
    const bool is_prefixed =
        key.starts_with("producer.") || key.starts_with("consumer.") || key.starts_with("admin.");
    if (!is_prefixed) settings.emplace(key, value);
  }
  settings["bootstrap.servers"] = bootstrap_servers(worker);
  overlay(settings, worker, "admin.");
  overlay(settings, connector, "admin.override.");
  return settings;
}

std::vector<std::pair<std::string, std::string>> refused_overrides(const sdk::Properties& worker,
                                                                   const sdk::Properties& connector) {
  const std::string_view policy = policy_of(worker);
  std::vector<std::pair<std::string, std::string>> refused;
  for (const std::string_view prefix : {"producer.override.", "consumer.override.", "admin.override."}) {
    for (const auto& [key, value] : sdk::with_prefix(connector, prefix)) {
      if (is_allowed(policy, key)) continue;
      refused.emplace_back(
          std::string(prefix) + key,
          fmt::format("The '{}' policy does not allow '{}' to be overridden in the connector "
                      "configuration.",
                      policy, key));
    }
  }
  return refused;
}

}  // namespace sluice::tasks
