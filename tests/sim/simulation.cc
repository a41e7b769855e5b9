#include "simulation.h"

#include <algorithm>
#include <utility>

namespace sluice::sim {
namespace {

using cluster::Answer;
using cluster::ConnectorInfo;
using cluster::ConnectorStatus;
using cluster::ConnectProtocol;
using cluster::ExactlyOnceSources;
using store::TargetState;

constexpr int64_t kSurveyMs = 500;
constexpr int64_t kCalmMs = 20'000;
/// So long after it is over may a fault still have effects on who knows what.
constexpr int64_t kEchoMs = 15'000;
/// A task that runs acts at least so often.
constexpr int64_t kActMs = 1'000;

const std::vector<kafka::protocol::BrokerAddress> kBrokers{{"b1", 9092}, {"b2", 9092}, {"b3", 9092}};

std::string_view shown(TargetState target) {
  if (target == TargetState::kStarted) return "RUNNING";
  return store::state_name(target);
}

}  // namespace

struct Simulation::Survey {
  struct View {
    std::optional<ConnectorInfo> info;
    std::optional<ConnectorStatus> status;
  };
  std::map<std::string, std::map<std::string, View>> views;  // by worker, by connector
  size_t open = 0;                                           // answers to come
};

Simulation::Simulation(uint64_t seed, bool trace)
    : world_(seed, trace),
      shape_(draw_shape()),
      reach_(world_),
      brokers_process_(world_, kBroker),
      peers_(world_, reach_),
      network_(world_.time(), world_.time()),
      coordinator_(network_, world_.time(), brokers_process_, kBrokers),
      status_topic_(5),
      ledger_(world_),
      names_([this] {
        std::vector<std::string> names;
        for (int i = 1; i <= shape_.workers; ++i) names.push_back("w" + std::to_string(i));
        return names;
      }()),
      users_(world_, names_, [this](const std::string& name) { return find(name); }),
      drills_(world_, ledger_, cluster_of_drills(), shape_.herder.peers.leave_hold.count()) {
  ledger_.overlap_max_ms = [this](const std::string& worker) { return overlap_max_ms(worker); };
  network_.set_delay([this] { return milliseconds(reach_.latency_ms()); });
}

Shape Simulation::draw_shape() {
  Shape shape;
  shape.workers = static_cast<int>(world_.between(2, 5));
  shape.fault_phase_ms = world_.between(20'000, 120'000);
  cluster::HerderOptions& herder = shape.herder;
  herder.group_id = "cluster";
  herder.config_topic = "configs";
  herder.unsync_backoff = milliseconds(10'000);
  static const std::vector<int64_t> kDelays{0, 0, 5'000, 20'000, 60'000};
  herder.rebalance_delay_max = milliseconds(world_.one_of(kDelays));
  if (world_.percent(15)) herder.protocol = ConnectProtocol::kCompatible;
  if (world_.percent(15)) herder.protocol = ConnectProtocol::kEager;
  if (world_.percent(35)) herder.exactly_once = ExactlyOnceSources::kEnabled;
  herder.healing.policy = cluster::RestartPolicy::kBackoff;
  herder.peers.enabled = world_.percent(75);
  shape.drills = world_.percent(20);
  if (shape.drills) {
    shape.workers = static_cast<int>(world_.between(3, 5));
    herder.protocol = ConnectProtocol::kSessioned;
    herder.peers.enabled = true;
    // Java's delay: not for work whose owner is known to be gone.
    herder.rebalance_delay_max = milliseconds(300'000);
    if (world_.percent(50)) herder.peers.leave_hold = milliseconds(0);
  }
  world_.trace("{} workers, protocol {}, rebalance delay {} ms, exactly once {}, watching peers {}",
               shape.workers, cluster::group_protocol_name(herder.protocol),
               herder.rebalance_delay_max.count(), herder.exactly_once == ExactlyOnceSources::kEnabled,
               herder.peers.enabled);
  return shape;
}

SimWorker* Simulation::find(const std::string& name) const {
  const auto found = workers_.find(name);
  return found == workers_.end() ? nullptr : found->second.get();
}

std::vector<std::string> Simulation::living() const {
  std::vector<std::string> names;
  for (const auto& [name, worker] : workers_) names.push_back(name);
  return names;
}

void Simulation::start_worker(const std::string& name) {
  if (find(name) != nullptr) return;
  cluster::HerderOptions options = shape_.herder;
  options.url = "http://" + name + ":8083/";
  options.worker_id = name + ":8083";
  options.incarnation = fmt::format("{}-{}", name, ++starts_[name]);
  world_.trace("{} is started", name);
  const Surroundings around{world_,   reach_,        peers_,        network_.client(name),
                            kBrokers, config_topic_, status_topic_, ledger_};
  workers_[name] = std::make_unique<SimWorker>(around, name, options);
}

void Simulation::kill_worker(const std::string& name) {
  if (find(name) == nullptr) return;
  world_.trace("{} is killed", name);
  workers_.erase(name);
  ledger_.forget_worker(name);
}

void Simulation::stop_worker(const std::string& name) {
  SimWorker* worker = find(name);
  if (worker == nullptr || worker->is_leaving()) return;
  world_.trace("{} is asked to stop", name);
  worker->shut_down([this, name, incarnation = starts_[name]] {
    // Not from within the worker itself.
    world_.at(0, [this, name, incarnation] {
      if (starts_[name] == incarnation) kill_worker(name);
    });
  });
  // As whoever stops it does when it takes too long.
  world_.at(40'000, [this, name, incarnation = starts_[name]] {
    if (starts_[name] == incarnation) kill_worker(name);
  });
}

void Simulation::set_broker_cut(const std::string& name, bool cut) {
  cut ? reach_.cut(name, kBroker) : reach_.heal(name, kBroker);
  network_.set_partitioned(name, cut);
  if (SimWorker* worker = find(name)) worker->set_broker_reachable(!cut);
}

void Simulation::fault(const std::string& who, const std::string& what, const std::function<void()>& begin,
                       std::function<void()> end, int64_t longest_ms) {
  // Short ones are the interesting ones.
  const int64_t length_ms = world_.percent(50) ? world_.between(50, 2'000) : world_.between(50, longest_ms);
  world_.trace("fault: {} for {} ms", what, length_ms);
  ++faults_;
  auto& until_ms = disturbed_until_ms_[who];
  until_ms = std::max(until_ms, world_.now_ms() + length_ms + kEchoMs);
  begin();
  world_.at(length_ms, [this, what, end = std::move(end)] {
    world_.trace("over: {}", what);
    end();
  });
}

int64_t Simulation::overlap_max_ms(const std::string& worker) const {
  const auto is_disturbed = [this](const std::string& who) {
    const auto found = disturbed_until_ms_.find(who);
    return found != disturbed_until_ms_.end() && world_.now_ms() <= found->second;
  };
  if (!is_disturbed(worker) && !is_disturbed(kBroker)) return 0;
  return shape_.herder.peers.timeout.count();
}

void Simulation::restart_later(const std::string& name) {
  world_.at(world_.percent(50) ? world_.between(0, 1'500) : world_.between(0, 30'000), [this, name] {
    if (chaos_) start_worker(name);
  });
}

void Simulation::go_wrong() {
  if (!chaos_) return;
  world_.at(world_.percent(30) ? world_.between(0, 500) : world_.between(500, 15'000),
            [this] { go_wrong(); });
  const std::string name = world_.one_of(names_);
  const std::string other = world_.one_of(names_);
  const int64_t chance = world_.below(100);
  if (chance < 60) {
    harm_worker(name, chance);
  } else {
    harm_surroundings(name, other, chance);
  }
}

void Simulation::harm_worker(const std::string& name, int64_t chance) {
  if (chance < 20) {
    ++faults_;
    kill_worker(name);
    return restart_later(name);
  }
  if (chance < 30) {
    ++faults_;
    stop_worker(name);
    return restart_later(name);
  }
  if (chance < 45) {
    return fault(
        name, name + " stands still",
        [&] {
          if (SimWorker* worker = find(name)) worker->process().pause();
        },
        [this, name] {
          if (SimWorker* worker = find(name)) worker->process().resume();
        },
        20'000);
  }
  fault(
      name, name + " is cut from the brokers", [&] { set_broker_cut(name, true); },
      [this, name] { set_broker_cut(name, false); }, 30'000);
}

void Simulation::harm_surroundings(const std::string& name, const std::string& other, int64_t chance) {
  if (chance < 75 && name != other)
    return fault(
        name, name + " is cut from " + other,
        [&] {
          reach_.cut(name, other);
          disturbed_until_ms_[other] = std::max(disturbed_until_ms_[other], disturbed_until_ms_[name]);
        },
        [this, name, other] { reach_.heal(name, other); }, 30'000);
  if (chance < 80) {
    const auto broker = static_cast<size_t>(world_.below(3));
    return fault(
        kBroker, fmt::format("broker {} is down", broker), [&] { coordinator_.stop_broker(broker); },
        [this, broker] { coordinator_.start_broker(broker); }, 5'000);
  }
  if (chance < 85) {
    const auto broker = static_cast<size_t>(world_.below(3));
    world_.trace("fault: broker {} becomes the coordinator", broker);
    return coordinator_.move_coordinator(broker);
  }
  if (chance < 90) {
    if (SimWorker* worker = find(name)) {
      const int64_t error_ms = world_.between(-3'600'000, 3'600'000);
      world_.trace("fault: the clock of {} jumps by {} ms", name, error_ms);
      worker->process().set_clock_error(error_ms);
    }
    return;
  }
  if (chance < 95)
    return fault(
        name, "slow logs at " + name,
        [&] {
          if (SimWorker* worker = find(name)) worker->set_log_delay(milliseconds(world_.between(50, 2'000)));
        },
        [this, name] {
          if (SimWorker* worker = find(name)) worker->set_log_delay(milliseconds(0));
        },
        20'000);
  fault(
      kBroker, "appends fail",
      [&] {
        config_topic_.fate = [this](bool) {
          using Fate = store::testing::MemoryTopic::Fate;
          if (world_.percent(60)) return Fate::kSucceeds;
          return world_.percent(50) ? Fate::kFails : Fate::kLost;
        };
      },
      [this] { config_topic_.fate = [](bool) { return store::testing::MemoryTopic::Fate::kSucceeds; }; },
      10'000);
}

void Simulation::heal_everything() {
  world_.trace("nothing goes wrong any more");
  chaos_ = false;
  for (const auto& name : names_) set_broker_cut(name, false);
  reach_.heal_all();
  for (size_t broker = 0; broker < kBrokers.size(); ++broker) coordinator_.start_broker(broker);
  config_topic_.fate = [](bool) { return store::testing::MemoryTopic::Fate::kSucceeds; };
  for (const auto& [name, worker] : workers_) {
    worker->process().resume();
    worker->set_log_delay(milliseconds(0));
  }
  for (const auto& name : names_)
    if (find(name) == nullptr && world_.percent(60)) start_worker(name);
  if (workers_.empty()) start_worker(names_.front());
}

std::vector<std::string> Simulation::run() {
  for (const auto& name : names_) {
    world_.at(world_.between(0, 3'000), [this, name] { start_worker(name); });
  }
  if (shape_.drills)
    run_drills();
  else
    run_chaos();
  heal_everything();
  converge();
  for (const auto& [name, worker] : workers_)
    if (!worker->fatal().empty())
      world_.violated(fmt::format("{} has ended itself: {}", name, worker->fatal()));
  return world_.violations();
}

Drills::Cluster Simulation::cluster_of_drills() {
  return {.names = names_,
          .find = [this](const std::string& name) { return find(name); },
          .start = [this](const std::string& name) { start_worker(name); },
          .kill = [this](const std::string& name) { kill_worker(name); },
          .stop = [this](const std::string& name) { stop_worker(name); },
          .leader =
              [this] {
                const auto* group = coordinator_.group(shape_.herder.group_id);
                // Member ids begin with the client's: connect-w1:8083-…
                const std::string id = group == nullptr ? "" : group->leader();
                const auto found = std::find_if(names_.begin(), names_.end(), [&](const auto& name) {
                  return id.starts_with("connect-" + name + ":");
                });
                return found == names_.end() ? names_.front() : *found;
              }};
}

/// Whatever a drill did is over before the next.
void Simulation::run_drills() {
  world_.time().advance(milliseconds(8'000));
  const std::set<TaskName> tasks = users_.put_all();
  world_.time().advance(milliseconds(20'000));
  for (int64_t left = world_.between(2, 5); left > 0 && world_.violations().empty(); --left) {
    world_.at(world_.below(1'000), [this, tasks] { drills_.run_one(tasks); });
    world_.time().advance(milliseconds(50'000));
  }
}

void Simulation::run_chaos() {
  const auto ask = [this](const auto& self) -> void {
    world_.at(world_.between(50, 6'000), [this, self] {
      if (!chaos_) return;
      users_.ask();
      self(self);
    });
  };
  for (int i = 0; i < 3; ++i) world_.at(world_.between(1'000, 4'000), [this] { users_.ask(); });
  ask(ask);
  world_.at(world_.between(3'000, 10'000), [this] { go_wrong(); });
  world_.time().advance(milliseconds(shape_.fault_phase_ms));
}

int64_t Simulation::convergence_ms() const {
  // A request under way may still change something, and a lost member costs a delay.
  return 200'000 + 3 * shape_.herder.rebalance_delay_max.count();
}

void Simulation::converge() {
  const int64_t start_ms = world_.now_ms();
  std::string why_not = "not looked yet";
  while (world_.now_ms() - start_ms < convergence_ms()) {
    const auto seen = survey();
    world_.time().advance(milliseconds(kSurveyMs));
    why_not = users_.waiting() ? "a user waits for an answer" : difference(*seen);
    if (why_not.empty()) break;
  }
  if (!why_not.empty()) return world_.violated("the cluster does not come to rest: " + why_not);
  converged_ms_ = world_.now_ms() - start_ms;
  world_.trace("the cluster is as promised after {} ms", converged_ms_);
  // A round may still follow the delay before lost work is given away.
  world_.time().advance(milliseconds(kCalmMs) + shape_.herder.rebalance_delay_max);
  const auto seen = survey();
  world_.time().advance(milliseconds(kSurveyMs));
  why_not = difference(*seen);
  if (!why_not.empty()) world_.violated("the cluster does not stay at rest: " + why_not);
}

std::shared_ptr<Simulation::Survey> Simulation::survey() {
  const auto seen = std::make_shared<Survey>();
  for (const auto& [name, worker] : workers_) {
    for (const auto& [connector, promise] : users_.promises()) {
      auto& view = seen->views[name][connector];
      seen->open += 2;
      worker->process().post([seen, &view, worker = worker.get(), connector = connector] {
        worker->herder().connector(connector, [seen, &view](Answer<ConnectorInfo> answer) {
          --seen->open;
          if (auto* info = std::get_if<ConnectorInfo>(&answer)) view.info = std::move(*info);
        });
        worker->herder().status(connector, [seen, &view](Answer<ConnectorStatus> answer) {
          --seen->open;
          if (auto* status = std::get_if<ConnectorStatus>(&answer)) view.status = std::move(*status);
        });
      });
    }
  }
  return seen;
}

std::string Simulation::difference(const Survey& seen) const {
  if (seen.open > 0) return fmt::format("{} answers are missing", seen.open);
  for (const auto& [connector, promise] : users_.promises()) {
    std::string why_not = difference_of(connector, seen);
    if (!why_not.empty()) return why_not;
  }
  return {};
}

std::string Simulation::difference_of(const std::string& connector, const Survey& seen) const {
  const Promise& promise = users_.promises().at(connector);
  for (const auto& [worker, views] : seen.views) {
    const Survey::View& view = views.at(connector);
    const int64_t version = view.info ? std::stoll(*view.info->config.at("version")) : 0;
    if (!promise.versions.contains(version))
      return fmt::format("{} has {} in version {}, which nobody was promised", worker, connector, version);
    if (version == 0) continue;
    if (!view.status) return fmt::format("{} knows no status of {}", worker, connector);
    const std::string& state = view.status->connector.state;
    const bool wanted = std::any_of(promise.targets.begin(), promise.targets.end(),
                                    [&](TargetState target) { return state == shown(target); });
    if (!wanted) return fmt::format("{} is {} at {}", connector, state, worker);
    const size_t tasks = state == "STOPPED" ? 0 : static_cast<size_t>(promise.tasks.at(version));
    // A paused connector gets no new tasks: neither those of a new configuration nor back those that it had
    // before it was stopped.
    if (state == "PAUSED") continue;
    if (promise.may_lack_tasks && view.info->tasks.empty()) continue;
    if (view.info->tasks.size() != tasks || view.status->tasks.size() != tasks)
      return fmt::format("{} has {} tasks and {} statuses at {}, not {}", connector, view.info->tasks.size(),
                         view.status->tasks.size(), worker, tasks);
    for (const auto& task : view.status->tasks) {
      if (task.state != state)
        return fmt::format("{}-{} is {} at {}, not {}", connector, task.id, task.state, worker, state);
      if (state != "RUNNING") continue;
      std::string why_not = difference_of_task({connector, task.id}, task);
      if (!why_not.empty()) return why_not;
    }
  }
  return {};
}

std::string Simulation::difference_of_task(const TaskName& task, const cluster::TaskState& state) const {
  const auto run = ledger_.runs(task);
  if (!run) return task.text() + " runs nowhere";
  if (state.worker_id != run->worker + ":8083")
    return fmt::format("{} runs at {}, its status says {}", task.text(), run->worker, state.worker_id);
  if (world_.now_ms() - ledger_.last_act_ms(task) > kActMs)
    return fmt::format("{} does nothing at {}", task.text(), run->worker);
  return {};
}

std::string Simulation::summary() const {
  return fmt::format("{} faults, {} requests, {} acts, {} overlaps, at rest after {} ms", faults_,
                     users_.answered(), ledger_.acts_total(), ledger_.overlaps(), converged_ms_);
}

}  // namespace sluice::sim
