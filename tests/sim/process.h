#pragma once
// A process of the simulation: a scheduler that stands still while the process is stopped (SIGSTOP), and
// whose clock may be wrong. What it has posted never runs once it is destroyed (kill -9).

#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "base/scheduler.h"
#include "world.h"

namespace sluice::sim {

class Process final : public Scheduler, public Clock, public Random {
 public:
  Process(World& world, std::string name) : world_(world), name_(std::move(name)) {}

  const std::string& name() const { return name_; }

  void post_after(milliseconds delay, Work work) override {
    world_.time().post_after(delay, [alive = std::weak_ptr<Process*>(self_), work = std::move(work)] {
      if (const auto self = alive.lock()) (*self)->run(work);
    });
  }
  int64_t wall_ms() const override { return world_.time().wall_ms() + clock_error_ms_; }
  int64_t steady_ms() const override { return world_.time().steady_ms(); }
  std::string bytes(size_t count) override {
    std::string made;
    for (size_t i = 0; i < count; ++i) made += static_cast<char>(world_.below(256));
    return made;
  }

  /// To reach it from outside, if it still lives then.
  std::weak_ptr<Process*> handle() const { return self_; }

  bool is_paused() const { return paused_; }
  void pause() { paused_ = true; }
  void resume() {
    paused_ = false;
    // In the order in which it fell due; what that work posts comes after.
    for (auto& work : std::exchange(backlog_, {})) post(std::move(work));
  }
  void set_clock_error(int64_t error_ms) { clock_error_ms_ = error_ms; }

 private:
  void run(const Work& work) {
    if (paused_)
      backlog_.push_back(work);
    else
      work();
  }

  World& world_;
  const std::string name_;
  bool paused_ = false;
  std::deque<Work> backlog_;
  int64_t clock_error_ms_ = 0;
  const std::shared_ptr<Process*> self_ = std::make_shared<Process*>(this);
};

}  // namespace sluice::sim
