#pragma once
// The steps of handling a request that both herders share.

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "cluster/herder.h"
#include "cluster/request_queue.h"
#include "store/states.h"

namespace sluice::cluster {

RequestError request_error(RequestProblem problem, std::string message, std::string forward_url = {});
RequestError connector_not_found(const std::string& connector);
RequestError shutting_down();

/// Why a configuration with such checks is not stored; nothing if it can be.
std::optional<RequestError> refusal_of(const Answer<ConfigChecks>& checks);

/// The target state that a request to create a connector asks for, if any.
std::optional<store::TargetState> target_of(std::optional<InitialState> state);

/// PATCH …/config: a null removes its key.
RawConfig patched(RawConfig config, const RawConfig& patch);

/// Queues a request that answers `done` exactly once; `run` is to call what it is given instead of `done`.
template <typename T>
void enqueue_request(RequestQueue& queue, const std::string& what, Callback<T> done,
                     std::function<void(Callback<T>)> run) {
  queue.add(
      what,
      [done, run = std::move(run)](const RequestQueue::Finish& finish) {
        run([done, finish](Answer<T> answer) {
          done(std::move(answer));
          finish();
        });
      },
      [done] { done(shutting_down()); });
}

}  // namespace sluice::cluster
