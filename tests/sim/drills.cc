#include "drills.h"

#include <algorithm>
#include <utility>

namespace sluice::sim {
namespace {

constexpr int64_t kLookMs = 10;
/// Tasks poll every 100 ms.
constexpr int64_t kPollGapMs = 150;
constexpr int64_t kBlinkMs = 1'000;

}  // namespace

std::string_view drill_name(Drill drill) {
  static constexpr std::array<std::string_view, kDrills> kNames{
      "kill -9", "kill -9 of the leader", "SIGSTOP", "SIGTERM", "restart", "SIGSTOP for 1 s"};
  return kNames.at(static_cast<size_t>(drill));
}

int64_t Drills::bound_ms(Drill drill) const {
  switch (drill) {
    case Drill::kKill:
    case Drill::kKillLeader:
      return 1'000;
    case Drill::kStandStill:
      return 3'000;
    case Drill::kStop:
      return hold_ms_ + 500;
    case Drill::kRestart:
      return 1'500;
    case Drill::kBlink:
      break;
  }
  return 0;
}

void Drills::run_one(const std::set<TaskName>& tasks) {
  Watch watch;
  watch.drill = static_cast<Drill>(world_.below(kDrills));
  watch.victim = watch.drill == Drill::kKillLeader ? cluster_.leader() : world_.one_of(cluster_.names);
  watch.since_ms = world_.now_ms();
  if (watch.drill == Drill::kRestart && hold_ms_ == 0) return;
  if (watch.drill == Drill::kStandStill && !have_stood_still_.insert(watch.victim).second) return;
  if (watch.drill != Drill::kStandStill && watch.drill != Drill::kBlink)
    have_stood_still_.erase(watch.victim);
  for (const TaskName& task : tasks) {
    const auto run = ledger_.runs(task);
    if (!run) return world_.violated(task.text() + " does not run before the drill");
    if (run->worker == watch.victim)
      watch.moving.insert(task);
    else
      watch.staying[task] = run->worker;
  }
  SimWorker* victim = cluster_.find(watch.victim);
  if (victim == nullptr) return;
  world_.trace("drill: {} of {}, which runs {} tasks", drill_name(watch.drill), watch.victim,
               watch.moving.size());
  begin(std::move(watch));
}

void Drills::begin(Watch watch) {
  const std::string victim = watch.victim;
  const auto resume_after = [this, victim](int64_t delay_ms) {
    cluster_.find(victim)->process().pause();
    world_.at(delay_ms, [this, victim] {
      if (SimWorker* worker = cluster_.find(victim)) worker->process().resume();
    });
  };
  switch (watch.drill) {
    case Drill::kKill:
    case Drill::kKillLeader:
      cluster_.kill(victim);
      break;
    case Drill::kStop:
      cluster_.stop(victim);
      break;
    case Drill::kRestart:
      cluster_.stop(victim);
      world_.at(300, [this, victim] { cluster_.start(victim); });
      break;
    case Drill::kStandStill:
      resume_after(world_.between(5'000, 12'000));
      break;
    case Drill::kBlink:
      resume_after(kBlinkMs);
      // Nothing has happened then: everything goes on where it was.
      world_.at(kBlinkMs + 3'000, [this, watch] {
        auto where = watch.staying;
        for (const TaskName& task : watch.moving) where[task] = watch.victim;
        for (const auto& [task, worker] : where) {
          const auto run = ledger_.runs(task);
          if (!run || run->started_ms >= watch.since_ms)
            world_.violated(fmt::format("{} was restarted because {} stood still for {} ms", task.text(),
                                        watch.victim, kBlinkMs));
        }
      });
      return;
  }
  world_.at(15'000, [this, victim] { cluster_.start(victim); });
  const auto shared = std::make_shared<Watch>(std::move(watch));
  world_.at(kLookMs, [this, shared] { look(shared); });
}

/// By somebody else; after a restart by the same worker again.
bool Drills::is_taken(const Watch& watch, const TaskName& task) const {
  const auto run = ledger_.runs(task);
  const bool is_victims = run && run->worker == watch.victim;
  return run && is_victims == (watch.drill == Drill::kRestart) && run->started_ms > watch.since_ms &&
         ledger_.last_act_ms(task) > run->started_ms;
}

void Drills::look(const std::shared_ptr<Watch>& watch) {
  const int64_t gone_ms = world_.now_ms() - watch->since_ms;
  const bool all_taken = std::all_of(watch->moving.begin(), watch->moving.end(),
                                     [&](const TaskName& task) { return is_taken(*watch, task); });
  if (!all_taken) {
    if (gone_ms <= bound_ms(watch->drill)) return world_.at(kLookMs, [this, watch] { look(watch); });
    return world_.violated(fmt::format("{} ms after the {} of {} not all its tasks run again", gone_ms,
                                       drill_name(watch->drill), watch->victim));
  }
  world_.trace("all tasks of {} run again after {} ms", watch->victim, gone_ms);
  takeovers_[watch->drill].push_back(gone_ms);
  end(*watch);
}

/// Only its tasks have moved.
void Drills::end(const Watch& watch) {
  for (const auto& [task, worker] : watch.staying) {
    const auto run = ledger_.runs(task);
    if (!run || run->worker != worker || run->started_ms >= watch.since_ms)
      world_.violated(fmt::format("{} was interrupted by the {} of {}", task.text(), drill_name(watch.drill),
                                  watch.victim));
    else if (world_.now_ms() - ledger_.last_act_ms(task) > kPollGapMs)
      world_.violated(fmt::format("{} stands still after the {} of {}", task.text(), drill_name(watch.drill),
                                  watch.victim));
  }
}

}  // namespace sluice::sim
