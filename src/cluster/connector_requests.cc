#include "cluster/connector_requests.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"

namespace sluice::cluster {

void ConnectorRequests::put(PutConnector request, const Callback<PutOutcome>& done) {
  RawConfig config = request.config;
  const auto checked = [this, request = std::move(request), done](const Answer<ConfigChecks>& checks) {
    if (auto refusal = refusal_of(checks)) return done(std::move(*refusal));
    desk_.enqueue<PutOutcome>(
        "connector " + request.name, done,
        [this, request](const Callback<PutOutcome>& answer) { write(request, answer); });
  };
  desk_.validation.validate(std::move(config), desk_.scheduler.guarded(checked));
}

void ConnectorRequests::write(const PutConnector& request, const Callback<PutOutcome>& done) {
  if (!desk_.group.is_leader()) {
    done(not_leader(desk_.group, "Only the leader can set connector configs."));
    return;
  }
  const bool exists = desk_.entry(request.name) != nullptr;
  if (exists && !request.allow_replace) {
    done(request_error(RequestProblem::kConflict, fmt::format("Connector {} already exists", request.name)));
    return;
  }
  log::info("Writing the configuration of connector {}", request.name);
  desk_.writes.write(
      [request](store::ConfigStore& config, const LeaderWrites::Done& written) {
        config.put_connector(request.name, request.config, target_of(request.initial_state), written);
      },
      [this, request, exists, done](const Status& status) {
        if (!status.ok()) {
          done(LeaderWrites::refusal(status.error()));
        } else {
          done(PutOutcome{!exists, desk_.info(request.name, request.config)});
        }
      });
}

/// Merged where the configuration is surely known: on the leader.
void ConnectorRequests::patch(const std::string& connector, RawConfig patch,
                              const Callback<PutOutcome>& done) {
  // The write queues up by itself: this step ends before it begins.
  const auto merge = [this, connector, patch = std::move(patch), done](const RequestQueue::Finish& finish) {
    finish();
    if (!desk_.group.is_leader()) {
      return done(not_leader(desk_.group, "Only the leader can set connector configs."));
    }
    const store::ConnectorEntry* entry = desk_.entry(connector);
    if (entry == nullptr) return done(connector_not_found(connector));
    put({connector, patched(entry->config, patch), {}, true}, done);
  };
  desk_.queue.add("connector " + connector, merge, [done] { done(shutting_down()); });
}

void ConnectorRequests::remove(const std::string& connector, Callback<Nothing> done) {
  desk_.enqueue<Nothing>(
      "removal of connector " + connector, std::move(done),
      [this, connector](const Callback<Nothing>& answer) {
        if (!desk_.group.is_leader()) {
          return answer(not_leader(desk_.group, "Only the leader can delete connector configs."));
        }
        if (desk_.entry(connector) == nullptr) return answer(connector_not_found(connector));
        log::info("Removing connector {}", connector);
        desk_.writes.write(
            [connector](store::ConfigStore& config, const LeaderWrites::Done& written) {
              config.remove_connector(connector, written);
            },
            [answer](const Status& status) {
              answer(status.ok() ? Answer<Nothing>(Nothing{}) : LeaderWrites::refusal(status.error()));
            });
      });
}

}  // namespace sluice::cluster
