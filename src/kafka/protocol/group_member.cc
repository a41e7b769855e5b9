#include "kafka/protocol/group_member.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "kafka/protocol/coordinator_finder.h"
#include "kafka/protocol/error_codes.h"
#include "kafka/protocol/group_connection.h"

namespace sluice::kafka::protocol {
namespace {

using std::chrono::milliseconds;

constexpr const char* kProtocolType = "connect";
constexpr size_t kReasonCharsMax = 255;
// How much longer than the others' time to join a JoinGroup may take (Java's JOIN_GROUP_TIMEOUT_LAPSE).
constexpr milliseconds kJoinLapse{5'000};

bool is_of_our_type(const std::optional<std::string>& protocol_type) {
  return !protocol_type || *protocol_type == kProtocolType;
}

// The state machine of Java's AbstractCoordinator, driven by events instead of polls.
class Member final : public GroupMember {
 public:
  Member(GroupMemberConfig config, const Surroundings& surroundings, GroupListener& listener)
      : config_(std::move(config)),
        surroundings_(surroundings),
        listener_(listener),
        connection_(
            config_, surroundings,
            {[this] { on_coordinator(); }, [this](const Error& reason) { on_coordinator_gone(reason); },
             [this](const Error& error) { end(error); }}) {}

  void start() override {
    if (running_) return;
    running_ = true;
    rejoin_needed_ = true;
    rejoin_reason_.clear();
    post([this] { go_on(); });
  }

  void request_rejoin(const std::string& reason) override {
    if (!running_) return;
    log::info("[Group {}] Request joining group due to: {}", config_.group_id, reason);
    rejoin_reason_ = reason;
    (round_under_way_ ? rejoin_again_ : rejoin_needed_) = true;
    post([this] { go_on(); });
  }

  void leave(const std::string& reason, Done done) override {
    const std::string member_id = member_id_;
    const bool known = connection_.is_ready() && !member_id.empty();
    stop();
    const Error left = closed(fmt::format("Left group {}", config_.group_id));
    if (!known) {
      connection_.close(left);
      return post([done = std::move(done)] { done(Status()); });
    }
    log::info("[Group {}] Member {} sending LeaveGroup request due to {}", config_.group_id, member_id,
              reason);
    // A JoinGroup under way is answered to nobody.
    connection_.for_joining().fail(left);
    remove_member(member_id, reason, [this, left, done = std::move(done)](const Status& status) {
      const std::weak_ptr<bool> alive = alive_;
      if (!running_) connection_.close(left);
      if (!alive.expired()) done(status);
    });
  }

  void evict(const std::string& member_id, const std::string& reason, Done done) override {
    remove_member(member_id, reason, std::move(done));
  }

  bool is_stable() const override { return state_ == State::kStable && !rejoin_needed_; }
  int64_t last_heartbeat_sent_ms() const override { return owns_assignment_ ? acknowledged_ms_ : -1; }

  void heartbeat_now(Done done) override {
    if (has_joined() && connection_.is_ready()) return send_heartbeat(std::move(done));
    post([done = std::move(done), group = config_.group_id] {
      done(retriable(fmt::format("Not a member of group {} at the moment", group)));
    });
  }

 private:
  enum class State : uint8_t {
    kUnjoined,    // not in the group, or between two tries
    kPreparing,   // JoinGroup under way
    kCompleting,  // SyncGroup under way; heartbeats have begun
    kStable,
  };
  enum class Again : uint8_t { kAtOnce, kLater };

  bool has_joined() const { return state_ == State::kCompleting || state_ == State::kStable; }
  int64_t now_ms() const { return surroundings_.clock.steady_ms(); }

  void post(std::function<void()> work) { after(milliseconds(0), std::move(work)); }
  void after(milliseconds delay, std::function<void()> work) {
    surroundings_.scheduler.post_after(delay, [work = std::move(work), alive = std::weak_ptr<bool>(alive_)] {
      if (!alive.expired()) work();
    });
  }
  milliseconds backoff_of(int failures) {
    return backoff(config_.retry_backoff, config_.retry_backoff_max, failures, surroundings_.random);
  }

  // --- the next step -----------------------------------------------------------------------------------

  void go_on() {
    if (!running_) return;
    if (!connection_.is_ready()) return connection_.find();
    if (!rejoin_needed_ || round_under_way_ || backing_off_) return;
    prepared_ ? join() : prepare();
  }

  // Once for each completed round, however many tries the next takes.
  void prepare() {
    if (preparing_) return;
    preparing_ = true;
    const uint64_t preparation = ++preparation_;
    listener_.prepare_join([this, preparation, alive = std::weak_ptr<bool>(alive_)] {
      if (alive.expired()) return;
      post([this, preparation] {
        if (preparation != preparation_ || !preparing_) return;
        preparing_ = false;
        prepared_ = true;
        go_on();
      });
    });
  }

  void on_coordinator() {
    lost_soon_.reset();
    if (has_joined()) schedule_heartbeat(milliseconds(0));
    go_on();
  }

  void on_coordinator_gone(const Error& reason) {
    log::info("[Group {}] Group coordinator is unavailable or invalid due to cause: {}", config_.group_id,
              reason.message());
    if (round_under_way_) end_round(Again::kLater);
    if (owns_assignment_) {
      lost_soon_ = std::make_shared<bool>(true);
      after(config_.heartbeat_interval, [this, reason, soon = std::weak_ptr<bool>(lost_soon_)] {
        if (!soon.expired() && owns_assignment_) lose(reason);
      });
    }
    post([this] { go_on(); });
  }

  // --- a round -----------------------------------------------------------------------------------------

  void join() {
    round_under_way_ = true;
    rejoin_again_ = false;
    state_ = State::kPreparing;
    ++heartbeat_series_;
    const uint64_t round = ++round_;
    JoinGroupRequest request;
    request.group_id = config_.group_id;
    request.session_timeout_ms = static_cast<int32_t>(config_.session_timeout.count());
    request.rebalance_timeout_ms = static_cast<int32_t>(config_.rebalance_timeout.count());
    request.member_id = member_id_;
    request.protocol_type = kProtocolType;
    for (GroupProtocol& protocol : listener_.protocols()) {
      request.protocols.push_back({std::move(protocol.name), std::move(protocol.metadata)});
    }
    request.reason = rejoin_reason_.substr(0, kReasonCharsMax);
    log::info("[Group {}] (Re-)joining group", config_.group_id);
    const milliseconds timeout = std::max(config_.request_timeout, config_.rebalance_timeout + kJoinLapse);
    connection_.for_joining().send(std::move(request), timeout,
                                   [this, round](const Result<JoinGroupResponse>& response) {
                                     if (round == round_) on_join(response);
                                   });
  }

  void on_join(const Result<JoinGroupResponse>& result) {
    if (!result.ok()) return connection_.gone(result.error());
    const JoinGroupResponse& response = result.value();
    switch (response.error_code) {
      case kNoError:
        return on_join_accepted(response);
      case kMemberIdRequired:
        generation_ = -1;
        member_id_ = response.member_id;
        return end_round(Again::kAtOnce);
      case kUnknownMemberId:
        forget_generation(false);
        return end_round(Again::kAtOnce);
      case kCoordinatorLoadInProgress:
      case kRebalanceInProgress:
        return end_round(Again::kLater);
      case kCoordinatorNotAvailable:
      case kNotCoordinator:
        return connection_.gone(error_of(response.error_code, "JoinGroup"));
      default:
        end(error_of(response.error_code, fmt::format("Cannot join group {}", config_.group_id)));
    }
  }

  void on_join_accepted(const JoinGroupResponse& response) {
    if (!is_of_our_type(response.protocol_type)) return end(inconsistent("JoinGroup"));
    if (response.skip_assignment) {
      return end(
          failed(fmt::format("Cannot lead group {}: the coordinator wants no new assignment, which only "
                             "static members can be told",
                             config_.group_id)));
    }
    generation_ = response.generation_id;
    member_id_ = response.member_id;
    leader_id_ = response.leader;
    protocol_ = response.protocol_name.value_or("");
    state_ = State::kCompleting;
    acknowledged_ms_ = -1;
    expect_answers();
    schedule_heartbeat(config_.heartbeat_interval);
    sync(response);
  }

  void sync(const JoinGroupResponse& joined) {
    SyncGroupRequest request;
    request.group_id = config_.group_id;
    request.generation_id = generation_;
    request.member_id = member_id_;
    request.protocol_type = kProtocolType;
    request.protocol_name = protocol_;
    const uint64_t round = round_;
    if (leader_id_ == member_id_) {
      std::vector<GroupPeer> members;
      for (const auto& member : joined.members) members.push_back({member.member_id, member.metadata});
      const std::weak_ptr<bool> alive = alive_;
      for (auto& [id, assignment] : listener_.assign(generation_, leader_id_, protocol_, members)) {
        request.assignments.push_back({id, assignment});
      }
      if (alive.expired() || round != round_) return;
    }
    const int64_t sent_ms = now_ms();
    connection_.for_joining().send(
        std::move(request), config_.request_timeout,
        [this, round, sent_ms, generation = generation_](const Result<SyncGroupResponse>& response) {
          if (round == round_) on_sync(response, generation, sent_ms);
        });
  }

  void on_sync(const Result<SyncGroupResponse>& result, int32_t generation, int64_t sent_ms) {
    if (!result.ok()) return connection_.gone(result.error());
    const SyncGroupResponse& response = result.value();
    switch (response.error_code) {
      case kNoError:
        // A heartbeat may have learnt meanwhile that this generation is over.
        if (generation != generation_) return end_round(Again::kAtOnce);
        return on_sync_accepted(response, sent_ms);
      case kRebalanceInProgress:
        return end_round(Again::kAtOnce);
      case kIllegalGeneration:
      case kUnknownMemberId:
        if (generation == generation_) forget_generation(response.error_code == kIllegalGeneration);
        return end_round(Again::kAtOnce);
      case kCoordinatorNotAvailable:
      case kNotCoordinator:
        return connection_.gone(error_of(response.error_code, "SyncGroup"));
      default:
        end(error_of(response.error_code,
                     fmt::format("Cannot get the assignment of group {}", config_.group_id)));
    }
  }

  void on_sync_accepted(const SyncGroupResponse& response, int64_t sent_ms) {
    if (!is_of_our_type(response.protocol_type) ||
        (response.protocol_name && *response.protocol_name != protocol_)) {
      return end(inconsistent("SyncGroup"));
    }
    state_ = State::kStable;
    round_under_way_ = false;
    prepared_ = false;
    owns_assignment_ = true;
    rejoin_needed_ = std::exchange(rejoin_again_, false);
    if (!rejoin_needed_) rejoin_reason_.clear();
    join_failures_ = 0;
    acknowledge(sent_ms);
    log::info("[Group {}] Successfully joined group with generation {} as {}", config_.group_id, generation_,
              member_id_);
    const std::weak_ptr<bool> alive = alive_;
    listener_.on_joined({generation_, member_id_, leader_id_, protocol_, response.assignment});
    if (!alive.expired()) go_on();
  }

  // Ends the round under way without a result; the next try begins at once or after a back-off.
  void end_round(Again again) {
    ++round_;
    round_under_way_ = false;
    rejoin_again_ = false;
    rejoin_needed_ = true;
    state_ = State::kUnjoined;
    ++heartbeat_series_;
    if (again == Again::kAtOnce) return post([this] { go_on(); });
    backing_off_ = true;
    after(backoff_of(++join_failures_), [this, life = life_] {
      if (life != life_) return;
      backing_off_ = false;
      go_on();
    });
  }

  Error inconsistent(std::string_view what) const {
    return error_of(kInconsistentGroupProtocol, fmt::format("{} of group {}", what, config_.group_id));
  }

  void forget_generation(bool keep_member_id) {
    generation_ = -1;
    if (!keep_member_id) member_id_.clear();
    state_ = State::kUnjoined;
    acknowledged_ms_ = -1;
    rejoin_needed_ = true;
    ++heartbeat_series_;
    if (keep_member_id || !owns_assignment_) return;
    owns_assignment_ = false;
    prepared_ = preparing_ = false;  // what the owner does about it comes before the next JoinGroup
    post([this, life = life_] {
      if (life == life_) listener_.on_forgotten();
    });
  }

  // --- heartbeats --------------------------------------------------------------------------------------

  void schedule_heartbeat(milliseconds delay) {
    after(delay, [this, series = ++heartbeat_series_] {
      if (series == heartbeat_series_ && has_joined() && connection_.is_ready()) send_heartbeat({});
    });
  }

  void send_heartbeat(Done done) {
    // Should the answer be late, the next goes out all the same only when it has come or failed.
    ++heartbeat_series_;
    const int64_t sent_ms = now_ms();
    HeartbeatRequest request{config_.group_id, generation_, member_id_, std::nullopt};
    connection_.for_heartbeats().send(
        std::move(request), config_.request_timeout,
        [this, done = std::move(done), sent_ms, generation = generation_,
         member_id = member_id_](const Result<HeartbeatResponse>& response) {
          const bool current = generation == generation_ && member_id == member_id_ && has_joined();
          const std::weak_ptr<bool> alive = alive_;
          const Status status = current ? on_heartbeat(response, sent_ms)
                                        : retriable("The generation of this heartbeat is over");
          if (done) done(status);
          if (!alive.expired()) post([this] { go_on(); });
        });
  }

  // Of the current generation. Says whether the coordinator takes us for a member of it.
  Status on_heartbeat(const Result<HeartbeatResponse>& result, int64_t sent_ms) {
    if (!result.ok()) {
      connection_.gone(result.error());
      return result.error();
    }
    const int16_t code = result.value().error_code;
    const Error error = error_of(code, fmt::format("Heartbeat of group {}", config_.group_id));
    switch (code) {
      case kRebalanceInProgress:
        if (state_ == State::kStable && !rejoin_needed_) request_rejoin("group is already rebalancing");
        [[fallthrough]];
      case kNoError:
        acknowledge(sent_ms);
        schedule_heartbeat(
            std::max(milliseconds(0), config_.heartbeat_interval - milliseconds(now_ms() - sent_ms)));
        return {};
      case kCoordinatorNotAvailable:
      case kNotCoordinator:
        connection_.gone(error);
        return error;
      case kIllegalGeneration:
      case kUnknownMemberId:
      case kFencedInstanceId:
        log::info("[Group {}] Attempt to heartbeat as {} of generation {} failed: {}; resetting generation",
                  config_.group_id, member_id_, generation_, text_of(code));
        forget_generation(code == kIllegalGeneration);
        return error;
      default:
        // Java's client goes on trying with this too, until the session is over.
        schedule_heartbeat(backoff_of(++heartbeat_failures_));
        return error;
    }
  }

  void acknowledge(int64_t sent_ms) {
    acknowledged_ms_ = std::max(acknowledged_ms_, sent_ms);
    heard_ms_ = now_ms();
    heartbeat_failures_ = 0;
    connection_.works();
  }

  // From now on the coordinator must be heard of within each session timeout.
  void expect_answers() {
    heard_ms_ = now_ms();
    const uint64_t watch = ++session_watch_;
    after(config_.session_timeout, [this, watch] { check_session(watch); });
  }

  void check_session(uint64_t watch) {
    if (watch != session_watch_ || !running_) return;
    const int64_t left_ms = heard_ms_ + config_.session_timeout.count() - now_ms();
    if (left_ms > 0) return after(milliseconds(left_ms), [this, watch] { check_session(watch); });
    // A JoinGroup may take long; the coordinator keeps us while it does.
    if (has_joined()) {
      const Error error = retriable("session timed out without receiving a heartbeat response");
      const std::weak_ptr<bool> alive = alive_;
      connection_.gone(error);
      if (alive.expired()) return;
      if (owns_assignment_) lose(error);
    }
  }

  // --- the end -----------------------------------------------------------------------------------------

  void lose(const Error& reason) {
    owns_assignment_ = false;
    rejoin_needed_ = true;
    lost_soon_.reset();
    post([this] { go_on(); });
    listener_.on_lost(reason);
  }

  void remove_member(const std::string& member_id, const std::string& reason, Done done) {
    if (!connection_.is_ready()) {
      return post([done = std::move(done), group = config_.group_id] {
        done(retriable(fmt::format("The coordinator of group {} is not known at the moment", group)));
      });
    }
    LeaveGroupRequest request;
    request.group_id = config_.group_id;
    request.member_id = member_id;
    request.members = {{member_id, std::nullopt, reason.substr(0, kReasonCharsMax)}};
    connection_.for_heartbeats().send(
        std::move(request), config_.request_timeout,
        [this, member_id, done = std::move(done)](const Result<LeaveGroupResponse>& response) {
          done(removal_of(member_id, response));
        });
  }

  Status removal_of(const std::string& member_id, const Result<LeaveGroupResponse>& result) const {
    if (!result.ok()) return result.error();
    int16_t code = result.value().error_code;
    if (code == kNoError && !result.value().members.empty()) code = result.value().members.front().error_code;
    // Who is not in the group need not be taken out.
    if (code == kNoError || code == kUnknownMemberId) return {};
    return error_of(code, fmt::format("Cannot take member {} out of group {}", member_id, config_.group_id));
  }

  // No longer a member: nothing that is under way counts any more.
  void stop() {
    running_ = false;
    ++life_;
    ++round_;
    ++heartbeat_series_;
    ++session_watch_;
    state_ = State::kUnjoined;
    round_under_way_ = preparing_ = prepared_ = backing_off_ = owns_assignment_ = false;
    rejoin_needed_ = rejoin_again_ = false;
    join_failures_ = heartbeat_failures_ = 0;
    lost_soon_.reset();
    generation_ = -1;
    acknowledged_ms_ = -1;
    member_id_.clear();
  }

  void end(const Error& error) {
    if (!running_) return;
    stop();
    const std::weak_ptr<bool> alive = alive_;
    connection_.close(error);
    if (!alive.expired()) listener_.on_fatal(error);
  }

  const GroupMemberConfig config_;
  const Surroundings surroundings_;
  GroupListener& listener_;
  GroupConnection connection_;

  bool running_ = false;
  uint64_t life_ = 0;  // counts stops
  State state_ = State::kUnjoined;
  int32_t generation_ = -1;
  std::string member_id_;
  std::string leader_id_;
  std::string protocol_;

  bool rejoin_needed_ = false;
  bool rejoin_again_ = false;  // asked for after the metadata of the round under way was taken
  std::string rejoin_reason_;
  bool preparing_ = false;
  uint64_t preparation_ = 0;  // counts them
  bool prepared_ = false;
  bool backing_off_ = false;
  bool round_under_way_ = false;
  uint64_t round_ = 0;
  int join_failures_ = 0;

  bool owns_assignment_ = false;  // told on_joined, not yet on_lost
  std::shared_ptr<bool> lost_soon_;
  uint64_t heartbeat_series_ = 0;
  int heartbeat_failures_ = 0;
  int64_t acknowledged_ms_ = -1;
  int64_t heard_ms_ = 0;
  uint64_t session_watch_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace

std::unique_ptr<GroupMember> make_group_member(GroupMemberConfig config, GroupNetwork& network,
                                               Scheduler& scheduler, const Clock& clock, Random& random,
                                               GroupListener& listener) {
  return std::make_unique<Member>(std::move(config), Surroundings{network, scheduler, clock, random},
                                  listener);
}

}  // namespace sluice::kafka::protocol
