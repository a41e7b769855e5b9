#include "cluster/herder_core.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "cluster/backoff.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;

/// As long as REST waits for an answer.
constexpr milliseconds kRequestTimeout{90'000};
/// At the start a worker waits for its topics as long as Java's does.
constexpr milliseconds kFirstReadTimeout{900'000};
constexpr milliseconds kStatusFlushTimeout{2'000};
constexpr milliseconds kKeyRetry{1'000};
/// For the last message to the others to get out.
constexpr milliseconds kLastWordsTime{20};
constexpr milliseconds kFirstFencePause{50};
constexpr milliseconds kLongestFencePause{1'000};
constexpr int kFenceTriesMax = 100;

store::ConfigStoreOptions store_options(const HerderOptions& options, const Clock& clock) {
  store::ConfigStoreOptions result;
  if (options.exactly_once != ExactlyOnceSources::kDisabled) {
    result.transactional_id = "connect-cluster-" + options.group_id;
  }
  result.clock = &clock;
  return result;
}

}  // namespace

HerderCore::HerderCore(HerderOptions options, HerderParts parts, std::function<void(const Error&)> on_fatal)
    : options_(std::move(options)),
      parts_(std::move(parts)),
      on_fatal_(std::move(on_fatal)),
      scheduler_(parts_.scheduler),
      guard_(options_.config_topic),
      config_(store::make_config_store(store_options(options_, parts_.clock), parts_.config_log, *this)),
      statuses_(store::make_status_store(parts_.status_log, scheduler_)),
      local_(parts_.work, *config_),
      keys_(options_.keys, parts_.clock, parts_.random),
      queue_(scheduler_, kRequestTimeout),
      writes_(*config_, scheduler_, guard_, options_.exactly_once != ExactlyOnceSources::kDisabled),
      status_writer_(options_.worker_id, *statuses_, *config_),
      watch_(options_,
             {options_.group_id, options_.url, options_.incarnation, scheduler_, parts_.clock, keys_,
              parts_.peers},
             *this),
      rounds_({options_, scheduler_, parts_.clock, *config_, local_, parts_.catalogue.class_names(),
               parts_.make_member},
              *this),
      publisher_({scheduler_, *config_, rounds_, keys_, writes_, queue_, parts_.peers}),
      lifecycle_(scheduler_, local_, *config_, publisher_),
      fencing_({options_, scheduler_, *config_, rounds_, keys_, writes_, parts_.peers, parts_.admin,
                parts_.catalogue}),
      healing_({options_.healing, scheduler_, parts_.clock, parts_.random,
                [this] { return farewell() == Farewell::kStay; },
                [this](const std::string& connector) {
                  if (!local_.runs(connector)) return;
                  lifecycle_.restart(connector, {});
                },
                [this](const TaskName& task) {
                  if (!local_.runs(task)) return;
                  local_.stop_tasks({task}, Farewell::kStay, [this, task] { local_.start_task(task, {}); });
                }}),
      desk_{options_,       scheduler_,       parts_.clock,     *config_,    *statuses_,
            rounds_,        queue_,           writes_,          local_,      lifecycle_,
            status_writer_, parts_.catalogue, parts_.catalogue, parts_.admin},
      connector_requests_(desk_),
      state_requests_(desk_),
      offset_requests_(desk_, fencing_) {
  parts_.work.set_events(*this);
}

void HerderCore::start() {
  topics_to_read_ = 2;
  const auto read = [this](const Status& status) { topics_read(status); };
  config_->read_to_end(kFirstReadTimeout, read);
  parts_.status_log.read_to_end(kFirstReadTimeout, scheduler_.guarded(read));
}

void HerderCore::topics_read(const Status& status) {
  if (is_shutting_down_) return;
  if (!status.ok()) {
    on_fatal_(status.error().with_context("The internal topics cannot be read"));
    return;
  }
  if (--topics_to_read_ > 0) return;
  if (const auto& key = config_->state().session_key) keys_.adopt(*key);
  log::info("Read the internal topics: {} connectors, config offset {}", config_->state().connectors.size(),
            config_->state().offset);
  rounds_.start();
  watch_.start();
}

void HerderCore::shut_down(std::function<void()> done) {
  log::info("Stopping connectors and tasks");
  is_shutting_down_ = true;
  watch_.say_goodbye(rounds_.assigned());
  local_.set_assigned({});
  queue_.hold();
  const auto left = [this, done = std::move(done)] {
    watch_.say_left();
    scheduler_.post_after(kLastWordsTime, done);
  };
  const auto leave = [this, left](const Status&) { rounds_.leave("the worker is being shut down", left); };
  local_.stop_all(watch_.has_others() ? farewell() : Farewell::kLeave, [this, leave] {
    local_.when_stopped([this, leave] {
      queue_.close();
      statuses_->flush(kStatusFlushTimeout, leave);
    });
  });
}

void HerderCore::connector_updated(const std::string& connector, bool is_new) {
  // A new one may run here all the same: deleted, and there again before a round took the old one away.
  if (local_.runs(connector)) lifecycle_.restart(connector, {});
  if (is_new) rounds_.rejoin(fmt::format("connector {} is new", connector));
}

void HerderCore::connector_removed(const std::string& connector) {
  removed_connectors_.insert(connector);
  publisher_.forget(connector);
  rounds_.rejoin(fmt::format("connector {} is gone", connector));
}

/// Every worker stops its tasks of the connector; those that it still has after the round start with their
/// new configurations.
void HerderCore::tasks_committed(const std::string& connector) {
  fencing_.tasks_committed(connector);
  if (!rounds_.is_eager()) {
    const store::ConnectorEntry* entry = desk_.entry(connector);
    const int32_t count = entry == nullptr ? 0 : entry->task_count;
    std::set<TaskName> kept;
    std::set<TaskName> gone;
    for (const TaskName& task : local_.tasks_of(connector)) (task.task < count ? kept : gone).insert(task);
    local_.stop_tasks(kept, farewell(), {});
    local_.stop_tasks(gone, Farewell::kLeave, {});
  }
  rounds_.rejoin(fmt::format("connector {} has new tasks", connector));
  if (local_.runs(connector) && publisher_.was_overtaken(connector)) lifecycle_.reconfigure(connector);
}

void HerderCore::target_changed(const std::string& connector, store::TargetState) {
  lifecycle_.follow_target(connector);
}

void HerderCore::session_key_changed(const store::SessionKey& key) {
  keys_.adopt(key);
  watch_session_key();
}

void HerderCore::restart_requested(const store::RestartRequest& request) {
  waiting_restarts_.add(request);
  run_waiting_restarts();
}

void HerderCore::run_waiting_restarts() {
  if (!rounds_.is_settled()) return;
  for (const auto& [connector, request] : waiting_restarts_.take()) state_requests_.run_restart(request);
}

void HerderCore::logger_level_changed(const std::string& logger, const std::string& level) {
  if (parts_.set_log_level) parts_.set_log_level(logger, level);
}

void HerderCore::connector_reported(const std::string& connector, const WorkReport& report) {
  status_writer_.report_connector(connector, healing_.connector_reported(connector, report));
}

void HerderCore::task_reported(const TaskName& task, const WorkReport& report) {
  status_writer_.report_task(task, healing_.task_reported(task, report));
}

void HerderCore::topic_used(const TaskName& task, const std::string& topic) {
  if (!options_.topic_tracking || statuses_->active_topics(task.connector).contains(topic)) return;
  statuses_->put_topic({topic, task.connector, task.task, parts_.clock.wall_ms()});
}

void HerderCore::reconfiguration_requested(const std::string& connector) {
  lifecycle_.reconfigure(connector);
}

void HerderCore::fence_predecessors(const TaskName& task, WorkEvents::Done done) {
  try_to_fence(task, 0, done);
}

/// Rounds are frequent just when tasks start: what stands in the way of a fencing passes.
void HerderCore::try_to_fence(const TaskName& task, int tries, const WorkEvents::Done& done) {
  fencing_.ask(task.connector, [this, task, tries, done](const Status& status) {
    const bool is_over = status.ok() || status.error().kind() != ErrorKind::kRetry;
    if (is_over || tries >= kFenceTriesMax || !local_.runs(task)) return done(status);
    scheduler_.post_after(backoff(tries, kFirstFencePause, kLongestFencePause),
                          [this, task, tries, done] { try_to_fence(task, tries + 1, done); });
  });
}

void HerderCore::confirm_start(const TaskName& task, int32_t task_generation, WorkEvents::Done done) {
  fencing_.confirm(task, task_generation, local_, std::move(done));
}

void HerderCore::round_begun() {
  watch_.round_begun();
  queue_.hold();
  writes_.set_leader(false);
}

void HerderCore::round_completed() {
  status_writer_.set_generation(rounds_.generation());
  writes_.set_leader(rounds_.is_leader());
  if (rounds_.is_leader()) {
    status_writer_.remove_unconfigured();
    for (const std::string& connector : removed_connectors_) {
      if (desk_.entry(connector) == nullptr) status_writer_.remove_topics(connector);
    }
  }
  removed_connectors_.clear();
  watch_.round_completed({rounds_.generation(), rounds_.is_leader(), rounds_.member_id(), rounds_.leader_id(),
                          rounds_.leader_url(),
                          rounds_.is_leader() ? rounds_.assigner().members() : std::vector<LedMember>()});
}

void HerderCore::round_settled() {
  if (is_shutting_down_) return;
  stop_unassigned();
  start_assigned();
  local_.leave_for_gone();
  set_ready();
  queue_.release();
  run_waiting_restarts();
  renew_session_key();
}

void HerderCore::set_ready() {
  if (ready_.exchange(true)) return;
  log::info("The worker is ready");
  for (const auto& then : std::exchange(wait_for_ready_, {})) then();
}

void HerderCore::when_ready(std::function<void()> then) {
  if (ready_) return then();
  wait_for_ready_.push_back(std::move(then));
}

void HerderCore::start_assigned() {
  const WorkItems assigned = rounds_.assigned();
  for (const std::string& connector : assigned.connectors) {
    if (!local_.runs(connector)) lifecycle_.start(connector, {});
  }
  for (const TaskName& task : assigned.tasks) local_.start_task(task, {});
}

/// Nothing should run here that is not assigned here: if it does, it stops.
void HerderCore::stop_unassigned() {
  const WorkItems assigned = rounds_.assigned();
  std::set<std::string> connectors = local_.connectors();
  std::set<TaskName> tasks = local_.tasks();
  for (const std::string& connector : assigned.connectors) connectors.erase(connector);
  for (const TaskName& task : assigned.tasks) tasks.erase(task);
  if (!connectors.empty() || !tasks.empty()) {
    log::warn("{} connectors and {} tasks ran here without being assigned: they are stopped",
              connectors.size(), tasks.size());
    local_.stop(connectors, tasks, farewell(), {});
  }
}

void HerderCore::renew_session_key() {
  const bool is_mine = rounds_.is_leader() && rounds_.signs_requests() && !is_shutting_down_;
  if (!is_mine || !keys_.is_due() || is_key_write_under_way_) return;
  is_key_write_under_way_ = true;
  const store::SessionKey key = keys_.make();
  writes_.write([key](store::ConfigStore& config,
                      const LeaderWrites::Done& written) { config.put_session_key(key, written); },
                [this](const Status& status) {
                  is_key_write_under_way_ = false;
                  if (status.ok()) return;
                  log::warn("The leader could not write a new session key, trying again: {}",
                            status.error().message());
                  scheduler_.post_after(kKeyRetry, [this] { renew_session_key(); });
                });
}

void HerderCore::watch_session_key() {
  scheduler_.post_after(options_.keys.ttl, [this] { renew_session_key(); });
}

Farewell HerderCore::farewell() { return watch_.all_sluice() ? Farewell::kStay : Farewell::kLeave; }

bool HerderCore::was_given_away() { return watch_.is_watched(); }

void HerderCore::membership_ended(const Error& reason) {
  on_fatal_(
      reason.with_context(fmt::format("This worker cannot be a member of group '{}'", options_.group_id)));
}

void HerderCore::put_task_configs(const std::string& connector, std::vector<RawConfig> configs,
                                  const InternalRequest& request, Callback<Nothing> done) {
  if (rounds_.signs_requests()) {
    if (auto error = keys_.refuse(request)) return done(std::move(*error));
  }
  publisher_.write(connector, std::move(configs), std::move(done));
}

void HerderCore::fence_zombies(const std::string& connector, const InternalRequest& request,
                               Callback<Nothing> done) {
  if (rounds_.signs_requests()) {
    if (auto error = keys_.refuse(request)) return done(std::move(*error));
  }
  fencing_.fence(connector, std::move(done));
}

}  // namespace sluice::cluster
