// sluice_sim --seeds A-B [--seed N --trace]: runs one simulated cluster per seed. Exit status 1 names the
// seeds that failed; each replays exactly with --seed N --trace.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <vector>

#include "base/log.h"
#include "simulation.h"

namespace {

/// "A-B" or "A".
std::pair<uint64_t, uint64_t> parse_range(const std::string& text) {
  const size_t dash = text.find('-');
  const uint64_t first = std::stoull(text.substr(0, dash));
  return {first, dash == std::string::npos ? first : std::stoull(text.substr(dash + 1))};
}

int run(uint64_t first, uint64_t last, bool trace) {
  const auto start = std::chrono::steady_clock::now();
  uint64_t failed = 0;
  std::map<sluice::sim::Drill, std::vector<int64_t>> takeovers;
  for (uint64_t number = first; number <= last; ++number) {
    sluice::sim::Simulation simulation(number, trace);
    const auto violations = simulation.run();
    if (trace) fmt::print("seed {}: {}\n", number, simulation.summary());
    for (const auto& [drill, times] : simulation.takeovers())
      takeovers[drill].insert(takeovers[drill].end(), times.begin(), times.end());
    if (violations.empty()) continue;
    ++failed;
    fmt::print("seed {} failed: {}\n", number, fmt::join(violations, "; "));
  }
  for (auto& [drill, times] : takeovers) {
    std::sort(times.begin(), times.end());
    fmt::print("{}: {} times, taken over after {} ms in the median, {} ms at worst\n",
               sluice::sim::drill_name(drill), times.size(), times[times.size() / 2], times.back());
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  fmt::print("{} seeds, {} failed, {:.1f} s\n", last - first + 1, failed, took.count());
  return failed == 0 ? 0 : 1;
}

int simulate(int argc, char** argv) {
  CLI::App app("Simulated clusters, one per seed");
  std::string seeds = "1-100";
  std::string seed;
  bool trace = false;
  app.add_option("--seeds", seeds, "A-B");
  app.add_option("--seed", seed, "a single one");
  app.add_flag("--trace", trace, "print what happens");
  CLI11_PARSE(app, argc, argv);

  sluice::log::set_level(sluice::log::kRootLogger,
                         trace ? sluice::log::Level::kInfo : sluice::log::Level::kOff, 0);
  if (trace) std::setvbuf(stdout, nullptr, _IONBF, 0);  // the log's lines stand among the trace's
  const auto [first, last] = parse_range(seed.empty() ? seeds : seed);
  return run(first, last, trace);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return simulate(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "%s\n", exception.what());
    return 2;
  }
}
