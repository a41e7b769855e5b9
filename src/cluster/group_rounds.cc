#include "cluster/group_rounds.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "cluster/backoff.h"

namespace sluice::cluster {
namespace {

using kafka::protocol::GroupProtocol;
using kafka::protocol::JoinedGroup;
using std::chrono::milliseconds;

constexpr int kReadsBeforeGivingUp = 5;
constexpr milliseconds kPauseMin{100};
constexpr milliseconds kPauseMax{10'000};

template <typename T>
std::set<T> as_set(const std::vector<T>& items) {
  return {items.begin(), items.end()};
}

}  // namespace

GroupRounds::GroupRounds(Parts parts, RoundsOwner& owner)
    : options_(parts.options),
      scheduler_(parts.scheduler),
      config_(parts.config),
      local_(parts.local),
      connector_classes_(std::move(parts.connector_classes)),
      owner_(owner),
      assigner_(parts.options, parts.config, parts.clock),
      reads_left_(kReadsBeforeGivingUp),
      member_(parts.make_member(*this)) {}

GroupRounds::~GroupRounds() = default;

void GroupRounds::rejoin(const std::string& reason) {
  if (is_leaving_) return;
  log::info("Rebalance: {}", reason);
  rebalance_expected_ = true;
  member_->request_rejoin(reason);
}

void GroupRounds::leave(const std::string& reason, std::function<void()> done) {
  is_leaving_ = true;
  ++round_;
  joined_ = false;
  settled_ = false;
  member_->leave(reason, [done = std::move(done)](const Status& status) {
    if (!status.ok()) log::warn("Could not leave the group: {}", status.error().message());
    done();
  });
}

/// Under the eager protocol everything stops before each round; otherwise only what has been taken away must
/// have stopped, so that its next owner never runs it at the same time.
void GroupRounds::prepare_join(std::function<void()> go) {
  ++round_;
  joined_ = false;
  settled_ = false;
  owner_.round_begun();
  const bool stops_all = allocation_ && protocol_ == ConnectProtocol::kEager && !allocation_->failed();
  if (stops_all) give_up_work(owner_.farewell());
  local_.when_stopped(std::move(go));
}

std::vector<GroupProtocol> GroupRounds::protocols() {
  owner_.round_joining();
  WorkerMetadata metadata;
  metadata.url = options_.url;
  metadata.config_offset = config_.state().offset;
  metadata.sluice = SluiceMetadata{options_.incarnation, connector_classes_};
  std::vector<GroupProtocol> result;
  for (const ConnectProtocol protocol : offered_protocols(options_.protocol)) {
    metadata.version = static_cast<int16_t>(protocol);
    metadata.allocation.reset();
    if (protocol != ConnectProtocol::kEager && allocation_) {
      metadata.allocation = allocation_;
      metadata.allocation->version = metadata.version;
    }
    result.push_back({std::string(group_protocol_name(protocol)), encode_metadata(metadata)});
  }
  return result;
}

std::map<std::string, std::string> GroupRounds::assign(
    int32_t generation, const std::string& leader_id, const std::string& protocol,
    const std::vector<kafka::protocol::GroupPeer>& members) {
  return assigner_.assign({generation, group_.generation, leader_id, protocol}, members);
}

void GroupRounds::on_joined(const JoinedGroup& group) {
  auto assignment = decode_assignment(group.assignment);
  if (!assignment.ok()) {
    log::error("The leader's assignment cannot be read, joining again: {}", assignment.error().message());
    scheduler_.post_after(milliseconds(1000), [this, round = round_] {
      if (round == round_) rejoin("the assignment could not be read");
    });
    return;
  }
  const uint64_t round = ++round_;
  const auto protocol = parse_group_protocol(group.protocol).value_or(ConnectProtocol::kEager);
  if (protocol != protocol_ || group_.generation < 0) {
    log::info("The group speaks protocol '{}'", group.protocol);
  }
  group_ = group;
  protocol_ = protocol;
  joined_ = true;
  rebalance_expected_ = false;
  log::info(
      "Joined group '{}' at generation {} as {}; config offset {}, {} connectors and {} tasks new, {} "
      "revoked, delay {} ms",
      options_.group_id, group.generation, group.is_leader() ? "leader" : "follower",
      assignment->config_offset, assignment->assigned.connectors.size(), assignment->assigned.tasks.size(),
      assignment->revoked.size(), assignment->delay_ms);
  revoked_ = assignment->revoked;
  allocation_ =
      merge_assignment(*assignment, protocol == ConnectProtocol::kEager ? std::nullopt : allocation_);
  local_.set_assigned(allocation_->assigned);
  if (std::exchange(was_out_, false)) {
    // While this worker was out of the group others may have run anything of it, and some may still: what it
    // keeps begins again from what they have left.
    local_.stop_all(Farewell::kCut, {});
  } else {
    local_.stop(as_set(revoked_.connectors), as_set(revoked_.tasks), owner_.farewell(), {});
  }
  if (assignment->delay_ms > 0) {
    scheduler_.post_after(milliseconds(assignment->delay_ms), [this, round] {
      if (round == round_) rejoin("the delay before lost work is given away is over");
    });
  }
  owner_.round_completed();
  resolve();
}

void GroupRounds::resolve() {
  if (allocation_->failed()) {
    repeat_failed_round();
    return;
  }
  if (config_.state().offset >= allocation_->config_offset) {
    settle();
    return;
  }
  read_config([this] {
    if (config_.state().offset >= allocation_->config_offset) {
      settle();
    } else {
      fall_behind(failed("the topic ends before the offset that the group agreed on"));
    }
  });
}

/// At once, as everybody should agree by then; less and less often when they do not.
void GroupRounds::repeat_failed_round() {
  const milliseconds pause =
      failed_rounds_ == 0 ? milliseconds(0) : backoff(failed_rounds_, kPauseMin, kPauseMax);
  ++failed_rounds_;
  const auto again = [this, pause] {
    if (config_.state().offset < allocation_->config_offset) {
      log::error(
          "A member of group '{}' has read the config topic '{}' up to offset {}, but for this worker it "
          "ends "
          "at {}. Was the topic deleted and created anew? Nothing is started or stopped until all agree; "
          "restart the workers that know the old topic once you are sure that the new one is right",
          options_.group_id, options_.config_topic, allocation_->config_offset, config_.state().offset);
    }
    scheduler_.post_after(pause, [this, round = round_] {
      if (round == round_) rejoin("the members have read the config topic to different offsets");
    });
  };
  const bool must_read = group_.is_leader() || config_.state().offset < allocation_->config_offset;
  if (must_read) {
    read_config(again);
  } else {
    again();
  }
}

void GroupRounds::settle() {
  reads_left_ = kReadsBeforeGivingUp;
  failed_rounds_ = 0;
  settled_ = true;
  owner_.round_settled();
  if (!std::exchange(revoked_, {}).empty()) rejoin("what was revoked here can be assigned elsewhere");
}

/// `then` only if the round is still the same by then.
void GroupRounds::read_config(std::function<void()> then) {
  config_.read_to_end(options_.sync_timeout,
                      [this, round = round_, then = std::move(then)](const Status& status) {
                        if (round != round_) return;
                        if (status.ok()) {
                          then();
                        } else {
                          fall_behind(status.error());
                        }
                      });
}

/// A worker that cannot read the config topic leaves the group, so that it does not hold up the others, and
/// comes back later. What runs stays, but does nothing until then, and stops when it has failed too often.
void GroupRounds::fall_behind(const Error& reason) {
  const uint64_t round = ++round_;
  settled_ = false;
  owner_.round_begun();
  milliseconds pause = options_.unsync_backoff;
  if (options_.protocol != ConnectProtocol::kEager) {
    if (reads_left_ == 0) {
      log::error(
          "Stopping all connectors and tasks of this worker: the config topic could not be read for "
          "too long");
      give_up_work(owner_.farewell());
      reads_left_ = kReadsBeforeGivingUp;
    }
    pause = std::max(options_.rebalance_delay_max / 10 / reads_left_, kPauseMin);
    --reads_left_;
  }
  log::warn("Cannot read the config topic '{}' to its end, trying again in {} ms: {}", options_.config_topic,
            pause.count(), reason.message());
  const auto wait = [this, round, pause](const Status&) {
    scheduler_.post_after(pause, [this, round] {
      if (round == round_) read_before_joining();
    });
  };
  if (std::exchange(joined_, false)) {
    was_out_ = true;
    owner_.stepped_out();
    member_->leave("taking too long to read the log", scheduler_.guarded(wait));
  } else {
    wait({});
  }
}

void GroupRounds::read_before_joining() {
  config_.read_to_end(options_.sync_timeout, [this, round = round_](const Status& status) {
    if (round != round_) return;
    if (status.ok()) {
      member_->start();
    } else {
      fall_behind(status.error());
    }
  });
}

void GroupRounds::give_up_work(Farewell farewell) {
  allocation_.reset();
  local_.set_assigned({});
  local_.stop_all(farewell, {});
}

void GroupRounds::on_lost(const Error& reason) { lose_work(reason, owner_.farewell()); }

/// Under Java's rules a worker that comes back keeps what nobody else has got meanwhile. Under ours its work
/// was given away at once.
void GroupRounds::on_forgotten() {
  was_out_ = true;
  if (!owner_.was_given_away()) return;
  lose_work(fenced("the group has taken this worker out"), Farewell::kCut);
}

void GroupRounds::lose_work(const Error& reason, Farewell farewell) {
  ++round_;
  joined_ = false;
  settled_ = false;
  owner_.round_begun();
  if (!local_.connectors().empty() || !local_.tasks().empty()) {
    log::warn("Stopping all connectors and tasks of this worker, as they may belong to others by now: {}",
              reason.message());
  }
  give_up_work(farewell);
}

void GroupRounds::on_fatal(const Error& error) {
  ++round_;
  joined_ = false;
  settled_ = false;
  owner_.membership_ended(error);
}

}  // namespace sluice::cluster
