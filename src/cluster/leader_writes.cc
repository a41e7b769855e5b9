#include "cluster/leader_writes.h"

#include <utility>

#include "base/log.h"

namespace sluice::cluster {
namespace {

constexpr std::chrono::milliseconds kClaimPause{250};

}  // namespace

void LeaderWrites::set_leader(bool is_leader) {
  const bool was_leader = std::exchange(is_leader_, is_leader);
  if (!is_leader) is_claimed_ = false;
  if (!is_leader || !needs_claim_ || (was_leader && is_claimed_)) return;
  claim([this](const Status& status) {
    if (status.ok() || !is_leader_) return;
    log::warn("The leader could not claim the right to write to the config topic, trying again: {}",
              status.error().message());
    scheduler_.post_after(kClaimPause, [this] {
      if (is_leader_ && !is_claimed_) set_leader(true);
    });
  });
}

void LeaderWrites::claim(Done done) {
  config_.claim([this, done = std::move(done)](const Status& status) {
    is_claimed_ = status.ok() && is_leader_;
    done(status);
  });
}

LeaderWrites::Done LeaderWrites::checked(Done done) const {
  return [this, done = std::move(done)](const Status& status) {
    done(guard_.problem() ? Status(*guard_.problem()) : status);
  };
}

void LeaderWrites::write_plainly(const Write& write, Done done) {
  if (guard_.problem()) return done(*guard_.problem());
  write(config_, checked(std::move(done)));
}

void LeaderWrites::write(Write write, Done done) {
  if (guard_.problem()) return done(*guard_.problem());
  done = checked(std::move(done));
  if (needs_claim_ && !is_claimed_) {
    claim([this, write = std::move(write), done = std::move(done)](const Status& status) {
      if (!status.ok()) {
        done(status);
      } else {
        write(config_, done);
      }
    });
    return;
  }
  write(config_, [this, done = std::move(done)](const Status& status) {
    if (!status.ok()) is_claimed_ = false;
    done(status);
  });
}

RequestError LeaderWrites::refusal(const Error& error) {
  log::error("A write to the config topic has failed: {}", error.trace());
  if (error.kind() == ErrorKind::kUnsupported) {
    return {RequestProblem::kInternal, error.message(), {}, {}};
  }
  return {RequestProblem::kInternal,
          "Failed to write to config topic; this may be due to a transient error and the request can be "
          "safely retried",
          {}};
}

}  // namespace sluice::cluster
