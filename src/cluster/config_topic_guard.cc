#include "cluster/config_topic_guard.h"

#include <fmt/format.h>

#include "base/log.h"

namespace sluice::cluster {

bool ConfigTopicGuard::admits(std::span<const kafka::LogRecord> records, int64_t known_offset) {
  if (problem_) return false;
  if (records.empty() || records.front().offset >= known_offset) return true;
  problem_ =
      unsupported(fmt::format("The config topic '{}' has been deleted and created anew, or cut off, while "
                              "this cluster was running: a "
                              "record came with offset {}, but the topic was known up to {}. What runs goes "
                              "on as it was, but nothing "
                              "can be changed any more. Bring the old topic back, or stop all workers and "
                              "start them again if the new "
                              "one is right",
                              topic_, records.front().offset, known_offset));
  log::error("{}", problem_->message());
  return false;
}

}  // namespace sluice::cluster
