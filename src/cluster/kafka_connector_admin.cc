#include "cluster/kafka_connector_admin.h"

#include <fmt/format.h>

#include <utility>

#include "cluster/connector_offsets.h"
#include "cluster/connector_signal.h"
#include "cluster/connector_validation.h"
#include "cluster/dead_letter_replay.h"
#include "cluster/request_steps.h"
#include "kafka/protocol/group_calls.h"
#include "tasks/client_settings.h"

namespace sluice::cluster {
namespace {

constexpr std::chrono::milliseconds kFencingTimeout{90'000};

bool is_source(const ConnectorCall& of) {
  const std::string* class_name = sdk::find(of.config, "connector.class");
  const auto plugin = of.plugins.connector(class_name == nullptr ? "" : *class_name);
  return plugin.ok() && plugin->source != nullptr;
}

/// Runs `call` on an errand thread, with what config providers give for the connector's configuration, and
/// brings its answer back.
template <typename T>
void run(const KafkaConnectorAdmin::Parts& parts, const std::string& connector, const RawConfig& config,
         std::function<Answer<T>(const ConnectorCall& of)> call, Callback<T> done) {
  parts.errands.run([&parts, connector, config = without_nulls(config), call = std::move(call),
                     done = std::move(done)] {
    const auto resolved = parts.transformer.transform(config);
    Answer<T> answer = resolved.ok()
                           ? call({parts.plugins, parts.worker, parts.group_id, connector, *resolved,
                                   parts.exactly_once_sources})
                           : Answer<T>(request_error(RequestProblem::kInternal, resolved.error().message()));
    parts.herder.post([done, answer = std::move(answer)] { done(answer); });
  });
}

}  // namespace

void KafkaConnectorAdmin::offsets(const std::string& connector, const RawConfig& config,
                                  Callback<std::vector<OffsetEntry>> done) {
  run<std::vector<OffsetEntry>>(
      parts_, connector, config,
      [store = &offsets_](const ConnectorCall& of) {
        return is_source(of) ? read_source_offsets(of, *store) : read_sink_offsets(of);
      },
      std::move(done));
}

void KafkaConnectorAdmin::alter_offsets(const std::string& connector, const RawConfig& config,
                                        std::vector<OffsetEntry> offsets, Callback<std::string> done) {
  run<std::string>(
      parts_, connector, config,
      [store = &offsets_, change = OffsetChange(std::move(offsets))](const ConnectorCall& of) {
        return is_source(of) ? change_source_offsets(of, *store, change) : change_sink_offsets(of, change);
      },
      std::move(done));
}

void KafkaConnectorAdmin::reset_offsets(const std::string& connector, const RawConfig& config,
                                        Callback<std::string> done) {
  run<std::string>(
      parts_, connector, config,
      [store = &offsets_](const ConnectorCall& of) {
        return is_source(of) ? change_source_offsets(of, *store, {}) : change_sink_offsets(of, {});
      },
      std::move(done));
}

void KafkaConnectorAdmin::fence_tasks(const std::string& connector, const RawConfig& config, int32_t count,
                                      Callback<Nothing> done) {
  const auto fence = [count](const ConnectorCall& of) -> Answer<Nothing> {
    const auto calls = kafka::protocol::make_group_calls(tasks::admin_settings(of.worker, of.config),
                                                         "connector-adminclient-" + of.connector);
    std::vector<std::string> ids;
    for (int32_t task = 0; task < count; ++task) {
      ids.push_back(fmt::format("{}-{}-{}", of.group_id, of.connector, task));
    }
    const Status status =
        calls.ok() ? (*calls)->fence_producers(ids, kFencingTimeout) : Status(calls.error());
    if (status.ok()) return Nothing{};
    return request_error(RequestProblem::kInternal,
                         fmt::format("Failed to fence the producers of connector {}: {}", of.connector,
                                     status.error().message()));
  };
  run<Nothing>(parts_, connector, config, fence, std::move(done));
}

void KafkaConnectorAdmin::dead_letters(const std::string& connector, const RawConfig& config,
                                       DeadLetterQuery query, Callback<DeadLetterPage> done) {
  const auto read = [query = std::move(query)](const ConnectorCall& call) {
    return read_dead_letters(call, query);
  };
  run<DeadLetterPage>(parts_, connector, config, read, std::move(done));
}

void KafkaConnectorAdmin::replay(const std::string& connector, const RawConfig& config, ReplayRequest request,
                                 Callback<ReplayOutcome> done) {
  const auto replay = [request = std::move(request)](const ConnectorCall& call) {
    return replay_dead_letters(call, request);
  };
  run<ReplayOutcome>(parts_, connector, config, replay, std::move(done));
}

void KafkaConnectorAdmin::signal(const std::string& connector, const RawConfig& config, std::string signal,
                                 Callback<std::string> done) {
  const auto send = [signal = std::move(signal)](const ConnectorCall& call) {
    return send_signal(call, signal);
  };
  run<std::string>(parts_, connector, config, send, std::move(done));
}

}  // namespace sluice::cluster
