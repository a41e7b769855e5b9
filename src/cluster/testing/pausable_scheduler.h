#pragma once
// For tests: the thread of a process that can be stopped (SIGSTOP). What falls due meanwhile runs when it
// goes on.

#include <deque>
#include <memory>
#include <utility>

#include "base/scheduler.h"

namespace sluice::cluster {

class PausableScheduler final : public Scheduler {
 public:
  explicit PausableScheduler(Scheduler& scheduler)
      : scheduler_(scheduler), state_(std::make_shared<State>()) {}
  ~PausableScheduler() override { state_->is_gone = true; }

  void post_after(std::chrono::milliseconds delay, Work work) override {
    scheduler_.post_after(delay, [state = state_, work = std::move(work)] {
      if (state->is_gone) return;
      if (state->is_paused) {
        state->waiting.push_back(work);
      } else {
        work();
      }
    });
  }
  void pause() { state_->is_paused = true; }
  void resume() {
    state_->is_paused = false;
    while (!state_->waiting.empty()) {
      const Work work = std::move(state_->waiting.front());
      state_->waiting.pop_front();
      scheduler_.post([state = state_, work] {
        if (!state->is_gone) work();
      });
    }
  }

 private:
  struct State {
    bool is_paused = false;
    bool is_gone = false;
    std::deque<Work> waiting;
  };
  Scheduler& scheduler_;
  std::shared_ptr<State> state_;
};

}  // namespace sluice::cluster
