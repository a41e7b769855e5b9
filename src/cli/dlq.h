#pragma once
// `sluice dlq show` and `sluice dlq replay`: the dead letters of a sink connector, as a worker tells them.
// Answers go to standard output, progress and errors to standard error.

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::cli {

struct DlqShow {
  std::string connector;
  std::string url;
  uint32_t limit = 20;
  bool with_replayed = false;
  std::string output = "text";  // "text" or "json": a letter per line, which replay --letters takes
};

struct DlqReplay {
  std::string connector;
  std::string url;
  std::vector<std::string> places;  // "<partition>:<offset>" in the queue
  std::string letters_file;         // "-": standard input
  bool all = false;
  std::string topic;  // empty: where they came from
};

/// Exit codes: 0 done, 1 the worker refused or could not be reached.
int run_dlq_show(const DlqShow& options);
int run_dlq_replay(const DlqReplay& options);

}  // namespace sluice::cli
