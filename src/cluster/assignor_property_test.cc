// Random lives of groups: whatever happens, in the end everything runs once, evenly, and nothing moved in
// vain.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "cluster/assignor.h"

namespace sluice::cluster {
namespace {

class ManualClock final : public Clock {
 public:
  int64_t wall_ms() const override { return 1'790'000'000'000 + now_ms; }
  int64_t steady_ms() const override { return now_ms; }
  int64_t now_ms = 0;
};

class RandomGroup {
 public:
  RandomGroup(uint64_t seed, bool all_sluice, bool rare_plugins)
      : random_(seed), all_sluice_(all_sluice), rare_plugins_(rare_plugins) {
    for (size_t i = 0, count = 1 + below(5); i < count; ++i) join("");
    for (size_t i = 0, count = 1 + below(6); i < count; ++i) change_config();
  }

  void live() {
    for (size_t i = 5 + below(15); i > 0 && !::testing::Test::HasFailure(); --i) {
      happen();
      for (size_t rounds = below(3); rounds > 0; --rounds) round();
      if (below(2) == 0) settle();
    }
    settle();
  }

 private:
  size_t below(size_t end) { return static_cast<size_t>(random_() % end); }

  void join(const std::string& url) {
    const std::string id = "w" + std::to_string(random_() % 1'000'000);
    AssignorMember member{.id = id, .url = url.empty() ? "http://" + id : url};
    const size_t plugins = below(3);  // of the rare ones
    plugins_[id] = plugins;
    workers_.push_back(std::move(member));
  }

  void change_config() {
    const std::string name = (below(4) == 0 ? "rare" : "c") + std::to_string(below(6));
    if (below(4) == 0)
      connectors_.erase(name);
    else
      connectors_[name] = static_cast<int32_t>(below(9));
  }

  /// Leaves in one of the ways of leaving.
  void leave() {
    if (workers_.size() < 2) return;
    const auto worker = workers_.begin() + static_cast<ptrdiff_t>(below(workers_.size()));
    const AssignorMember gone = *worker;
    workers_.erase(worker);
    const size_t way = below(4);
    if (way == 0) {
      assignor_.member_died(gone.id);
      if (all_sluice_) expect_given_away(gone.running);
    }
    if (way != 1) return;
    assignor_.hold({gone.id, gone.url, gone.running, clock_.now_ms + 3'000});
    round();
    clock_.now_ms += static_cast<int64_t>(below(4'000));
    if (below(2) == 0) join(gone.url);
  }

  void happen() {
    switch (below(4)) {
      case 0:
        return join("");
      case 1:
        return leave();
      case 2:
        return change_config();
      default:
        clock_.now_ms += static_cast<int64_t>(below(10'000));
    }
  }

  bool can_run(const std::string& id, const std::string& connector) const {
    return !rare_plugins_ || connector[0] != 'r' || plugins_.at(id) == 0;
  }

  AssignmentRound round() {
    RoundInput input{.connectors = connectors_,
                     .members = workers_,
                     .generation = generation_ + 1,
                     .completed_generation = generation_,
                     .all_sluice = all_sluice_};
    if (rare_plugins_) {
      input.can_run = [this](const AssignorMember& member, const std::string& connector) {
        return can_run(member.id, connector);
      };
    }
    ++generation_;
    AssignmentRound result = assignor_.assign(input);
    WorkSet seen;
    for (auto& worker : workers_) {
      const MemberAssignment& told = result.members.at(worker.id);
      remove(worker.running, as_set(told.revoked));
      append(worker.running, told.assigned);
      const WorkSet running = as_set(worker.running);
      EXPECT_EQ(running.items().size(), worker.running.size()) << "was told of the same work twice";
      EXPECT_TRUE(both(running, seen).empty()) << "two members run the same";
      EXPECT_EQ(running.tasks, as_set(result.owned.at(worker.id)).tasks);
      seen.add(running);
    }
    return result;
  }

  /// Of a member that is proven dead: whatever else goes on, all of it is given away in the next round.
  void expect_given_away(const WorkItems& work) {
    WorkSet missing = both(as_set(work), configured());
    round();
    for (const auto& worker : workers_) missing.remove(worker.running);
    EXPECT_TRUE(missing.empty()) << "work of the dead waits";
  }

  WorkSet configured() const {
    WorkSet work;
    for (const auto& [connector, tasks] : connectors_) {
      work.connectors.insert(connector);
      for (int32_t task = 0; task < tasks; ++task) work.tasks.insert({connector, task});
    }
    return work;
  }

  void settle() {
    int calm_rounds = 0;
    for (int i = 0; i < 60; ++i) {
      const AssignmentRound result = round();
      const bool quiet = std::all_of(result.members.begin(), result.members.end(), [](const auto& member) {
        return member.second.revoked.empty() && member.second.assigned.empty();
      });
      calm_rounds = quiet && result.delay_ms == 0 ? calm_rounds + 1 : 0;
      if (calm_rounds == 2) return expect_rest();
      clock_.now_ms += result.delay_ms;
    }
    ADD_FAILURE() << "the group does not come to rest";
  }

  void expect_rest() {
    WorkSet missing = configured();
    std::vector<size_t> numbers;
    for (const auto& worker : workers_) {
      EXPECT_TRUE(minus(as_set(worker.running), missing).empty()) << "runs what is not configured";
      missing.remove(worker.running);
      numbers.push_back(worker.running.tasks.size());
      for (const auto& task : worker.running.tasks) expect_able(worker.id, task.connector);
    }
    EXPECT_TRUE(missing.empty()) << "something does not run";
    const auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
    EXPECT_TRUE(rare_plugins_ || *most - *least <= 1) << "uneven";
  }

  void expect_able(const std::string& id, const std::string& connector) {
    const bool somebody_can =
        std::any_of(workers_.begin(), workers_.end(),
                    [&](const AssignorMember& member) { return can_run(member.id, connector); });
    EXPECT_TRUE(!somebody_can || can_run(id, connector)) << id << " lacks the plugin of " << connector;
  }

  std::mt19937_64 random_;
  const bool all_sluice_;
  const bool rare_plugins_;
  ManualClock clock_;
  IncrementalAssignor assignor_{clock_, 300'000};
  TaskCounts connectors_;
  std::vector<AssignorMember> workers_;
  std::map<std::string, size_t> plugins_;
  int32_t generation_ = 0;
};

void run(bool all_sluice, bool rare_plugins) {
  for (uint64_t seed = 1; seed <= 500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomGroup(seed, all_sluice, rare_plugins).live();
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(AssignorPropertyTest, JavasRules) { run(false, false); }
TEST(AssignorPropertyTest, AmongSluiceWorkers) { run(true, false); }
TEST(AssignorPropertyTest, WithRarePlugins) { run(true, true); }
TEST(AssignorPropertyTest, MixedWithRarePlugins) { run(false, true); }

}  // namespace
}  // namespace sluice::cluster
