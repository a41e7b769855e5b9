#pragma once
// A scheduler for one owner: what the owner has posted, and the callbacks that it has given to others, do
// nothing once it is gone.

#include <memory>
#include <utility>

#include "base/scheduler.h"

namespace sluice::cluster {

class LivingScheduler final : public Scheduler {
 public:
  explicit LivingScheduler(Scheduler& scheduler)
      : scheduler_(scheduler), alive_(std::make_shared<bool>(true)) {}

  /// `function`, or nothing when this scheduler is gone by then.
  template <typename Function>
  auto guarded(Function function) const {
    return [alive = std::weak_ptr<bool>(alive_), function = std::move(function)](auto&&... args) mutable {
      if (const auto living = alive.lock()) function(std::forward<decltype(args)>(args)...);
    };
  }

  void post_after(std::chrono::milliseconds delay, Work work) override {
    scheduler_.post_after(delay, guarded(std::move(work)));
  }

 private:
  Scheduler& scheduler_;
  std::shared_ptr<bool> alive_;
};

}  // namespace sluice::cluster
