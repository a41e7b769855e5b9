#include "users.h"

#include <utility>

namespace sluice::sim {
namespace {

using cluster::Answer;
using cluster::Nothing;
using cluster::PutConnector;
using cluster::PutOutcome;
using cluster::RequestError;
using cluster::RequestProblem;
using store::TargetState;

constexpr int64_t kPatienceMs = 95'000;  // longer than REST's
constexpr int kConnectors = 4;

template <typename T>
auto to_done(const std::function<void(const RequestError*)>& done) {
  return [done](const Answer<T>& answer) { done(std::get_if<RequestError>(&answer)); };
}

/// Nothing was done, and will not be.
bool is_refusal(const RequestError& error) {
  return error.problem == RequestProblem::kNotFound || error.problem == RequestProblem::kBadRequest ||
         error.problem == RequestProblem::kForward;
}

}  // namespace

struct Users::Request {
  std::string what;
  Call call;
  Done done;
  void finish(const RequestError* error) {
    if (done) std::exchange(done, nullptr)(error);
  }
};

Users::Users(World& world, std::vector<std::string> workers, Find find)
    : world_(world), workers_(std::move(workers)), find_(std::move(find)) {
  for (int i = 0; i < kConnectors; ++i) promises_["c" + std::to_string(i)];
}

bool Users::waiting() const {
  return std::any_of(promises_.begin(), promises_.end(),
                     [](const auto& entry) { return entry.second.asking; });
}

void Users::ask() {
  const std::string connector = "c" + std::to_string(world_.below(kConnectors));
  if (promises_[connector].asking) return;
  const int64_t chance = world_.below(100);
  if (chance < 50) return put(connector);
  if (chance < 60) return remove(connector);
  if (chance < 70) return set_target(connector, TargetState::kPaused);
  if (chance < 85) return set_target(connector, TargetState::kStarted);
  if (chance < 90) return set_target(connector, TargetState::kStopped);
  restart(connector);
}

std::set<TaskName> Users::put_all() {
  std::set<TaskName> tasks;
  for (const auto& [connector, promise] : promises_) {
    put(connector);
    for (int task = 0; task < promise.tasks.rbegin()->second; ++task) tasks.insert({connector, task});
  }
  return tasks;
}

void Users::put(const std::string& connector) {
  const int64_t version = next_version_++;
  const int tasks = static_cast<int>(world_.between(1, 4));
  Promise& promise = promises_[connector];
  promise.tasks[version] = tasks;
  const PutConnector request{connector,
                             {{"connector.class", "Source"},
                              {"name", connector},
                              {"tasks", std::to_string(tasks)},
                              {"version", std::to_string(version)}},
                             {},
                             true};
  send(
      fmt::format("put {} version {} with {} tasks", connector, version, tasks), connector,
      [request](cluster::Herder& herder, const Done& done) {
        herder.put_connector(request, to_done<PutOutcome>(done));
      },
      [&promise, version](const RequestError* error) {
        if (error == nullptr) {
          promise.versions.clear();
          promise.may_lack_tasks = false;
        }
        if (error == nullptr || !is_refusal(*error)) promise.versions.insert(version);
      });
}

void Users::remove(const std::string& connector) {
  Promise& promise = promises_[connector];
  send(
      "delete " + connector, connector,
      [connector](cluster::Herder& herder, const Done& done) {
        herder.delete_connector(connector, to_done<Nothing>(done));
      },
      [&promise](const RequestError* error) {
        if (error != nullptr && is_refusal(*error)) return;
        if (error == nullptr) promise.versions.clear();
        promise.versions.insert(0);
        // A new connector of that name starts.
        promise.targets.insert(TargetState::kStarted);
      });
}

void Users::set_target(const std::string& connector, TargetState target) {
  Promise& promise = promises_[connector];
  send(
      fmt::format("{} {}", store::state_name(target), connector), connector,
      [connector, target](cluster::Herder& herder, const Done& done) {
        if (target == TargetState::kPaused) herder.pause(connector, to_done<Nothing>(done));
        if (target == TargetState::kStarted) herder.resume(connector, to_done<Nothing>(done));
        if (target == TargetState::kStopped) herder.stop(connector, to_done<Nothing>(done));
      },
      [&promise, target](const RequestError* error) {
        if (error != nullptr && is_refusal(*error)) return;
        if (error == nullptr && promise.versions.size() == 1) promise.targets.clear();
        promise.targets.insert(target);
        if (error != nullptr && target == TargetState::kStopped) promise.may_lack_tasks = true;
      });
}

void Users::restart(const std::string& connector) {
  send(
      "restart " + connector, connector,
      [connector](cluster::Herder& herder, const Done& done) {
        herder.restart_connector(connector, to_done<Nothing>(done));
      },
      [](const RequestError*) {});
}

void Users::send(const std::string& what, const std::string& connector, Call call, Done done) {
  Promise& promise = promises_[connector];
  promise.asking = true;
  const auto request = std::make_shared<Request>();
  request->what = what;
  request->call = std::move(call);
  request->done = [this, what, &promise, done = std::move(done)](const RequestError* error) {
    promise.asking = false;
    if (error == nullptr) ++answered_;
    world_.trace("user: {}: {}", what, error == nullptr ? "done" : error->message);
    done(error);
  };
  world_.at(kPatienceMs, [request] {
    const RequestError error{RequestProblem::kInternal, "no answer", {}};
    request->finish(&error);
  });
  deliver(world_.one_of(workers_), request, 0);
}

void Users::deliver(const std::string& host, const std::shared_ptr<Request>& request, int hops) {
  SimWorker* worker = find_(host);
  if (worker == nullptr || hops > 2) {
    const RequestError error{RequestProblem::kForward, "nobody there", {}};
    // Already on its way: whoever forwarded it may have been forwarded to.
    return request->finish(&error);
  }
  worker->process().post([this, worker, request, hops] {
    request->call(worker->herder(), [this, request, hops](const RequestError* error) {
      if (error == nullptr || error->problem != RequestProblem::kForward || error->forward_url.empty())
        return request->finish(error);
      deliver(PeerNetwork::host_of(error->forward_url), request, hops + 1);
    });
  });
}

}  // namespace sluice::sim
