#include "cluster/offset_requests.h"

#include <fmt/format.h>

#include <utility>

namespace sluice::cluster {

void OffsetRequests::read(const std::string& connector, Callback<std::vector<OffsetEntry>> done) {
  const store::ConnectorEntry* entry = desk_.entry(connector);
  if (entry == nullptr) {
    done(request_error(RequestProblem::kNotFound, fmt::format("Connector {} not found", connector)));
    return;
  }
  desk_.admin.offsets(connector, entry->config, desk_.scheduler.guarded(std::move(done)));
}

void OffsetRequests::modify(const std::string& connector, std::optional<std::vector<OffsetEntry>> offsets,
                            Callback<std::string> done) {
  desk_.enqueue<std::string>(
      "offsets of connector " + connector, std::move(done),
      [this, connector, offsets = std::move(offsets)](const Callback<std::string>& answer) {
        desk_.after_rebalance<std::string>(answer,
                                           [this, connector, offsets](const Callback<std::string>& settled) {
                                             read_then_run(connector, offsets, settled);
                                           });
      });
}

void OffsetRequests::read_then_run(const std::string& connector, const Change& offsets,
                                   const Callback<std::string>& done) {
  if (!desk_.group.is_leader()) {
    return done(not_leader(desk_.group, "Only the leader can process offsets requests"));
  }
  desk_.config.read_to_end(
      desk_.options.sync_timeout, [this, connector, offsets, done](const Status& status) {
        if (status.ok()) return run(connector, offsets, done);
        done(request_error(RequestProblem::kInternal,
                           "Failed to read to end of config topic before modifying connector offsets"));
      });
}

std::optional<RequestError> OffsetRequests::refusal(const std::string& connector) const {
  const store::ConnectorEntry* entry = desk_.entry(connector);
  if (entry == nullptr) {
    return request_error(RequestProblem::kNotFound, fmt::format("Connector {} not found", connector));
  }
  if (entry->target == store::TargetState::kStopped && entry->task_count == 0) return std::nullopt;
  return request_error(
      RequestProblem::kBadRequest,
      fmt::format("Connectors must be in the STOPPED state before their offsets can be modified. This can be "
                  "done for the specified connector by issuing a 'PUT' request to the '/connectors/{}/stop' "
                  "endpoint",
                  connector));
}

void OffsetRequests::run(const std::string& connector, const Change& offsets,
                         const Callback<std::string>& done) {
  if (auto error = refusal(connector)) return done(std::move(*error));
  const bool needs_fencing = desk_.options.exactly_once == ExactlyOnceSources::kEnabled &&
                             desk_.type_of(desk_.entry(connector)->config) == ConnectorType::kSource;
  if (!needs_fencing) return change(connector, offsets, done);
  fencing_.fence(connector, [this, connector, offsets, done](const Answer<Nothing>& fenced) {
    if (std::holds_alternative<RequestError>(fenced)) {
      return done(
          request_error(RequestProblem::kInternal,
                        "Failed to perform zombie fencing for source connector prior to modifying offsets"));
    }
    if (auto error = refusal(connector)) return done(std::move(*error));
    change(connector, offsets, done);
  });
}

void OffsetRequests::change(const std::string& connector, const Change& offsets,
                            const Callback<std::string>& done) {
  const RawConfig& config = desk_.entry(connector)->config;
  if (offsets) {
    desk_.admin.alter_offsets(connector, config, *offsets, desk_.scheduler.guarded(done));
  } else {
    desk_.admin.reset_offsets(connector, config, desk_.scheduler.guarded(done));
  }
}

}  // namespace sluice::cluster
