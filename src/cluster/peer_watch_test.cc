// Whole workers that watch each other, in memory and in virtual time.

#include "cluster/peer_watch.h"

#include <gtest/gtest.h>

#include "cluster/testing/test_cluster.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;

class PeerWatchTest : public ::testing::Test {
 protected:
  void start(const std::vector<std::string>& names, int connectors = 6) {
    for (const std::string& name : names) {
      add(name);
      cluster_.settle();
    }
    leader_ = name_of(cluster_.leader());
    for (int i = 0; i < connectors; ++i) {
      cluster_.put(cluster_.worker(leader_), "c" + std::to_string(i), 1);
    }
    cluster_.settle();
    ASSERT_EQ(cluster_.world_.running.size(), static_cast<size_t>(connectors) * 2);
    starts_ = cluster_.world_.starts;
  }
  void add(const std::string& name) {
    cluster_.add(name, [](HerderOptions& options) {
      options.peers.enabled = true;
      options.rebalance_delay_max = std::chrono::minutes(5);
    });
  }
  std::string name_of(const TestWorker& worker) {
    for (const auto& [name, known] : cluster_.workers_) {
      if (known.get() == &worker) return name;
    }
    return {};
  }
  std::string follower() {
    for (const auto& [name, worker] : cluster_.workers_) {
      if (name != leader_) return name;
    }
    return {};
  }
  /// How often anything was started again since start().
  int restarts() {
    int count = 0;
    for (const auto& [what, times] : cluster_.world_.starts) count += times - starts_[what];
    return count;
  }
  /// Everything runs, and once.
  bool runs_once() {
    const auto& running = cluster_.world_.running;
    return std::set<std::string>(running.begin(), running.end()).size() == running.size() &&
           running.size() == starts_.size();
  }
  TestCluster cluster_;
  std::string leader_;
  std::map<std::string, int> starts_;
};

TEST_F(PeerWatchTest, ADeadFollowersWorkMovesAtOnce) {
  start({"a", "b", "c"});
  const size_t lost = cluster_.worker(follower()).work.mine().size();
  cluster_.kill(follower());
  cluster_.settle(milliseconds(200));
  EXPECT_TRUE(runs_once());
  EXPECT_EQ(cluster_.group_.size(), 2U);
  EXPECT_EQ(restarts(), static_cast<int>(lost)) << "only its work moves";
}

TEST_F(PeerWatchTest, ADeadLeadersWorkMovesAtOnce) {
  start({"a", "b", "c"});
  const size_t lost = cluster_.worker(leader_).work.mine().size();
  cluster_.kill(leader_);
  cluster_.settle(milliseconds(300));
  EXPECT_TRUE(runs_once());
  EXPECT_EQ(cluster_.group_.size(), 2U);
  EXPECT_EQ(restarts(), static_cast<int>(lost));
}

TEST_F(PeerWatchTest, WhoDiesInARoundIsReplacedAtOnceWhateverTheMoment) {
  start({"a", "b"});
  for (int moment = 0; moment < 150; ++moment) {
    leader_ = name_of(cluster_.leader());
    const std::string victim = moment % 2 == 0 ? leader_ : follower();
    add("joining" + std::to_string(moment));
    int works = 0;
    cluster_.time_.run_until([&] { return ++works > moment / 2; });
    cluster_.kill(victim);
    cluster_.settle(milliseconds(1'000));
    ASSERT_TRUE(runs_once()) << victim << " was killed after " << moment / 2 << " works";
    ASSERT_EQ(cluster_.group_.size(), 2U);
    cluster_.settle(milliseconds(10'000));
  }
}

TEST_F(PeerWatchTest, TheLastOneRunsEverything) {
  start({"a", "b"});
  cluster_.kill(leader_);
  cluster_.settle(milliseconds(300));
  EXPECT_TRUE(runs_once());
}

TEST_F(PeerWatchTest, ASecondOfSilenceIsNothing) {
  start({"a", "b", "c"});
  const int32_t generation = cluster_.group_.generation();
  for (const std::string& name : {leader_, follower()}) {
    cluster_.pause(name);
    cluster_.settle(milliseconds(1'000));
    cluster_.resume(name);
    cluster_.settle();
    EXPECT_EQ(cluster_.group_.generation(), generation);
    EXPECT_EQ(restarts(), 0);
  }
}

TEST_F(PeerWatchTest, ASilentFollowerIsReplacedAndComesBackWithoutItsWork) {
  start({"a", "b", "c"});
  const std::string silent = follower();
  const size_t lost = cluster_.worker(silent).work.mine().size();
  cluster_.pause(silent);
  cluster_.settle(milliseconds(2'500));
  EXPECT_EQ(cluster_.group_.size(), 2U);
  EXPECT_EQ(restarts(), static_cast<int>(lost)) << "its work runs elsewhere";
  EXPECT_LT(cluster_.worker(silent).work.lease_until_ms, cluster_.time_.steady_ms());
  cluster_.resume(silent);
  cluster_.settle(milliseconds(50));
  bool was_cut = false;
  for (const auto& [task, farewell] : cluster_.worker(silent).work.stopped) {
    was_cut = was_cut || farewell == Farewell::kCut;
  }
  EXPECT_TRUE(was_cut) << "nothing of it is flushed or committed";
  cluster_.settle(milliseconds(5'000));
  EXPECT_TRUE(runs_once());
  EXPECT_EQ(cluster_.group_.size(), 3U);
}

TEST_F(PeerWatchTest, ASilentLeaderIsReplaced) {
  start({"a", "b", "c"});
  const std::string silent = leader_;
  cluster_.pause(silent);
  cluster_.settle(milliseconds(2'500));
  EXPECT_EQ(cluster_.group_.size(), 2U);
  cluster_.resume(silent);
  cluster_.settle(milliseconds(5'000));
  EXPECT_TRUE(runs_once());
  EXPECT_EQ(cluster_.group_.size(), 3U);
}

TEST_F(PeerWatchTest, WhoIsReachedByAnotherIsNotEvicted) {
  start({"a", "b", "c"});
  const int32_t generation = cluster_.group_.generation();
  cluster_.links_.cut(cluster_.worker(leader_).url, cluster_.worker(follower()).url);
  cluster_.settle(milliseconds(10'000));
  EXPECT_EQ(cluster_.group_.generation(), generation);
  EXPECT_EQ(restarts(), 0);
}

TEST_F(PeerWatchTest, WhoHearsNobodyEvictsNobody) {
  start({"a", "b", "c"});
  const int32_t generation = cluster_.group_.generation();
  for (const auto& [name, worker] : cluster_.workers_) {
    if (name != leader_) cluster_.links_.cut(cluster_.worker(leader_).url, worker->url);
  }
  cluster_.settle(milliseconds(1'700));
  EXPECT_TRUE(cluster_.workers_.contains(leader_));
  cluster_.links_.mend();
  cluster_.settle(milliseconds(3'000));
  EXPECT_EQ(cluster_.group_.size(), 3U);
  EXPECT_GE(cluster_.group_.generation(), generation);
  EXPECT_TRUE(runs_once());
}

TEST_F(PeerWatchTest, AWorkerThatIsRestartedGetsItsWorkBack) {
  start({"a", "b", "c"});
  const std::string name = follower();
  const std::set<std::string> work = cluster_.worker(name).work.mine();
  bool stopped = false;
  cluster_.worker(name).herder.shut_down([&] { stopped = true; });
  ASSERT_TRUE(cluster_.time_.run_until([&] { return stopped; }, milliseconds(1'000)));
  cluster_.kill(name);
  cluster_.settle(milliseconds(1'000));
  EXPECT_EQ(restarts(), 0) << "its work waits for it";
  add(name);
  cluster_.settle(milliseconds(1'000));
  EXPECT_EQ(cluster_.worker(name).work.mine(), work);
  EXPECT_EQ(restarts(), static_cast<int>(work.size()));
  EXPECT_TRUE(runs_once());
}

TEST_F(PeerWatchTest, ALeaderThatIsRestartedGetsItsWorkBack) {
  start({"a", "b", "c"});
  const std::set<std::string> work = cluster_.worker(leader_).work.mine();
  bool stopped = false;
  cluster_.worker(leader_).herder.shut_down([&] { stopped = true; });
  ASSERT_TRUE(cluster_.time_.run_until([&] { return stopped; }, milliseconds(1'000)));
  cluster_.kill(leader_);
  cluster_.settle(milliseconds(1'000));
  EXPECT_EQ(restarts(), 0);
  add(leader_);
  cluster_.settle(milliseconds(1'000));
  EXPECT_EQ(cluster_.worker(leader_).work.mine(), work);
  EXPECT_EQ(restarts(), static_cast<int>(work.size()));
}

TEST_F(PeerWatchTest, WorkIsNotHeldForEver) {
  start({"a", "b", "c"});
  const std::string name = follower();
  cluster_.worker(name).herder.shut_down([] {});
  cluster_.settle(milliseconds(500));
  cluster_.kill(name);
  cluster_.settle(milliseconds(4'000));
  EXPECT_TRUE(runs_once());
}

}  // namespace
}  // namespace sluice::cluster
