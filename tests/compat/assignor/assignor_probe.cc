// Lets groups of workers live through random joins, deaths, changes of the configuration and lost answers,
// with our assignor as their leader's, and prints every round: what the leader knew and what it decided, one
// JSON object per line. AssignorProbe.java decides the same rounds with Kafka Connect's own assignors and
// compares.

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "cluster/assignment_round.h"

namespace {

using nlohmann::json;
using namespace sluice::cluster;

class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}
  /// From 0 to below `end`. (The standard's distributions differ between libraries.)
  size_t below(size_t end) { return static_cast<size_t>(engine_() % end); }
  bool percent(size_t chance) { return below(100) < chance; }
  template <typename T>
  T& one_of(std::vector<T>& list) {
    return list[below(list.size())];
  }
  uint64_t bits() { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

class ManualClock final : public sluice::Clock {
 public:
  int64_t wall_ms() const override { return wall_ms_; }
  int64_t steady_ms() const override { return wall_ms_; }
  void set(int64_t wall_ms) { wall_ms_ = wall_ms; }

 private:
  int64_t wall_ms_ = 0;
};

struct Worker {
  std::string id;
  std::string url;
  std::optional<Assignment> allocation{};
  int64_t config_offset = 0;
  int32_t completed_generation = -1;
  std::unique_ptr<IncrementalAssignor> assignor{};  // from its first round as leader on
};

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    text += "0123456789abcdef"[static_cast<uint8_t>(byte) >> 4];
    text += "0123456789abcdef"[static_cast<uint8_t>(byte) & 15];
  }
  return text;
}

json names_of(const WorkItems& items) {
  json names = json::array();
  for (const auto& connector : items.connectors) names.push_back(connector);
  for (const auto& task : items.tasks) names.push_back(task.text());
  return names;
}

class Group {
 public:
  explicit Group(uint64_t seed) : dice_(seed) {
    static const std::vector<int32_t> kDelays{0,     1,      39,     40,      41,     1'000,
                                              1'600, 20'000, 63'999, 300'000, 300'000};
    max_delay_ms_ = kDelays[dice_.below(kDelays.size())];
    now_ms_ = 1'790'000'000'000 + static_cast<int64_t>(dice_.below(1'000'000));
    workers_max_ = dice_.percent(10) ? 30 : 1 + dice_.below(7);
    connectors_max_ = dice_.percent(10) ? 40 : 1 + dice_.below(8);
    tasks_max_ = dice_.percent(10) ? 40 : 1 + dice_.below(8);
    if (dice_.percent(10)) protocol_ = ConnectProtocol::kCompatible;
    if (dice_.percent(8)) protocol_ = ConnectProtocol::kEager;
    calm_ = dice_.percent(40);
    for (size_t i = 0, count = 1 + dice_.below(workers_max_); i < count; ++i) join("");
    for (size_t i = 0, count = dice_.below(connectors_max_ + 1); i < count; ++i) change_config();
    for (auto& worker : workers_) worker->config_offset = config_offset_;
    leader_ = dice_.one_of(workers_)->id;
  }

  void live() {
    for (size_t rounds = 3 + dice_.below(25); rounds > 0; --rounds) {
      if (!dice_.percent(calm_ ? 60 : 30)) happen();
      pass_time();
      round();
    }
  }

 private:
  void join(const std::string& url) {
    const uint64_t id = dice_.bits();
    auto worker = std::make_unique<Worker>();
    worker->url = url.empty() ? "http://w" + std::to_string(id % 97) + ":8083/" : url;
    worker->id = "connect-w" + std::to_string(id % 97) + ":8083-" + hex(std::to_string(id)).substr(0, 24);
    worker->config_offset = config_offset_;
    workers_.push_back(std::move(worker));
  }

  void leave() {
    if (workers_.size() < 2) return;
    workers_.erase(workers_.begin() + static_cast<ptrdiff_t>(dice_.below(workers_.size())));
  }

  void change_config() {
    ++config_offset_;
    const std::string name = "c" + std::to_string(dice_.below(connectors_max_));
    if (dice_.percent(25))
      connectors_.erase(name);
    else
      connectors_[name] = static_cast<int32_t>(dice_.below(tasks_max_ + 1));
  }

  /// Reports that no honest round leads to: forgotten, stolen, obsolete and shuffled work.
  void corrupt_report() {
    Worker& worker = *dice_.one_of(workers_);
    if (dice_.percent(30)) worker.allocation.reset();
    if (!worker.allocation) return;
    WorkItems& running = worker.allocation->assigned;
    std::shuffle(running.tasks.begin(), running.tasks.end(), std::mt19937_64(dice_.bits()));
    const Worker& other = *dice_.one_of(workers_);
    if (&other == &worker || !other.allocation) return;
    for (const auto& task : other.allocation->assigned.tasks)
      if (dice_.percent(30)) running.tasks.push_back(task);
    for (const auto& connector : other.allocation->assigned.connectors)
      if (dice_.percent(30)) running.connectors.push_back(connector);
    if (dice_.percent(30)) running.tasks.push_back({"gone", 1});
  }

  void happen() {
    const size_t chance = dice_.below(100);
    if (chance < 25 && workers_.size() < workers_max_) join("");
    if (chance >= 20 && chance < 45) leave();
    if (chance >= 45 && chance < 55 && workers_.size() > 1) {
      const std::string url = dice_.one_of(workers_)->url;
      leave();
      if (dice_.percent(50)) join(url);
    }
    if (chance >= 55 && chance < 85) {
      for (size_t i = 1 + dice_.below(3); i > 0; --i) change_config();
      for (auto& worker : workers_) worker->config_offset = config_offset_;
    }
    if (chance >= 85 && !calm_) corrupt_report();
    if (chance == 99) protocol_ = static_cast<ConnectProtocol>(dice_.below(3));
  }

  void pass_time() {
    const size_t chance = dice_.below(100);
    if (chance < 40) now_ms_ += static_cast<int64_t>(dice_.below(60));
    if (chance >= 40 && chance < 70) now_ms_ += static_cast<int64_t>(dice_.below(5'000));
    if (chance >= 70 && chance < 80) now_ms_ += last_delay_ms_;
    if (chance >= 80 && chance < 90) now_ms_ += max_delay_ms_ + 1;
    if (chance >= 90 && chance < 95) now_ms_ += static_cast<int64_t>(dice_.below(1'000'000));
    if (chance == 99) now_ms_ -= static_cast<int64_t>(dice_.below(100'000));
    clock_.set(now_ms_);
  }

  void round() {
    generation_ += dice_.percent(4) ? 2 : 1;
    auto found = std::find_if(workers_.begin(), workers_.end(),
                              [&](const auto& worker) { return worker->id == leader_; });
    if (found == workers_.end() || dice_.percent(3)) found = workers_.begin() + pick();
    Worker& leader = **found;
    leader_ = leader.id;
    if (!leader.assignor) leader.assignor = std::make_unique<IncrementalAssignor>(clock_, max_delay_ms_);
    const bool behind = dice_.percent(2);
    LeaderInput input{.protocol = protocol_,
                      .leader_id = leader_,
                      .generation = generation_,
                      .completed_generation = leader.completed_generation,
                      .connectors = connectors_,
                      .config_offset = behind ? config_offset_ - 1 : config_offset_};
    // The leader may have reported less than others, and know as much by now.
    if (!behind && workers_.size() > 1 && dice_.percent(5)) leader.config_offset = config_offset_ - 1;
    for (const auto& worker : workers_) {
      WorkerMetadata metadata{.version = static_cast<int16_t>(protocol_),
                              .url = worker->url,
                              .config_offset = worker->config_offset,
                              .allocation = worker->allocation};
      if (metadata.allocation) metadata.allocation->version = metadata.version;
      if (behind && worker->id == leader_) metadata.config_offset = input.config_offset;
      // One Java worker at least: among Sluice workers alone other rules hold.
      if (!input.members.empty() && dice_.percent(50))
        metadata.sluice = SluiceMetadata{"one", {"FileStreamSource"}};
      // As it comes out of its bytes: one entry per connector changes the order of tasks.
      input.members.push_back({worker->id, decode_metadata(encode_metadata(metadata)).value()});
    }
    if (dice_.percent(30))
      std::shuffle(input.members.begin(), input.members.end(), std::mt19937_64(dice_.bits()));
    LeaderRound decided = assign_to_group(input, *leader.assignor);
    print(input, decided);
    follow(decided);
    leader.config_offset = config_offset_;
  }

  ptrdiff_t pick() { return static_cast<ptrdiff_t>(dice_.below(workers_.size())); }

  void follow(const LeaderRound& decided) {
    for (auto& worker : workers_) {
      if (dice_.percent(calm_ ? 0 : 4)) continue;  // never got its assignment
      worker->completed_generation = generation_;
      if (decided.config_mismatch) continue;
      const Assignment& received = decided.assignments.at(worker->id);
      worker->allocation = merge_assignment(received, worker->allocation);
      last_delay_ms_ = received.delay_ms;
    }
  }

  void print(const LeaderInput& input, const LeaderRound& decided) const {
    json line{{"protocol", group_protocol_name(input.protocol)},
              {"leader", input.leader_id},
              {"max_delay", max_delay_ms_},
              {"now", now_ms_},
              {"generation", input.generation},
              {"completed", input.completed_generation},
              {"config_offset", input.config_offset},
              {"connectors", input.connectors},
              {"members", json::array()},
              {"assignments", json::object()},
              {"owned", json::object()}};
    for (const auto& member : input.members)
      line["members"].push_back({member.member_id, hex(encode_metadata(member.metadata))});
    for (const auto& [id, assignment] : decided.assignments)
      line["assignments"][id] = hex(encode_assignment(assignment));
    for (const auto& [id, items] : decided.owned) line["owned"][id] = names_of(items);
    std::cout << line.dump() << '\n';
  }

  Dice dice_;
  ManualClock clock_;
  int32_t max_delay_ms_ = 0;
  int64_t now_ms_ = 0;
  size_t workers_max_ = 0;
  size_t connectors_max_ = 0;
  size_t tasks_max_ = 0;
  bool calm_ = false;  // no lost answers, no false reports
  ConnectProtocol protocol_ = ConnectProtocol::kSessioned;
  std::vector<std::unique_ptr<Worker>> workers_;
  TaskCounts connectors_;
  int64_t config_offset_ = 1;
  std::string leader_;
  int32_t generation_ = 0;
  int32_t last_delay_ms_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: assignor_probe <seed> <groups>\n";
    return 2;
  }
  std::ios::sync_with_stdio(false);
  const uint64_t seed = std::strtoull(argv[1], nullptr, 10);
  const uint64_t groups = std::strtoull(argv[2], nullptr, 10);
  for (uint64_t i = 0; i < groups; ++i) {
    std::cout << json{{"group", seed + i}}.dump() << '\n';
    Group(seed + i).live();
  }
  return 0;
}
