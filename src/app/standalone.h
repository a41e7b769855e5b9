#pragma once
// `sluice standalone worker.properties [connector files…]` (connect-standalone).

#include <string>
#include <vector>

namespace sluice::app {

/// Runs until SIGINT or SIGTERM. Exit status as connect-standalone's: 2 for a worker file that is missing or
/// wrong, 3 for a connector file that is, 130 or 143 after a graceful stop.
int run_standalone(const std::string& worker_file, const std::vector<std::string>& connector_files);

}  // namespace sluice::app
