#pragma once
// Notices that the config topic was deleted and created anew under a running cluster: its offsets begin
// again. What the new topic says must not be mixed with what is known, or running connectors would be lost
// silently. On the scheduler's thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"
#include "kafka/log.h"

namespace sluice::cluster {

class ConfigTopicGuard {
 public:
  explicit ConfigTopicGuard(std::string topic) : topic_(std::move(topic)) {}

  /// False: these records, and all that follow, are of another topic and must not be taken. `known_offset` is
  /// that of the last record taken, plus 1.
  bool admits(std::span<const kafka::LogRecord> records, int64_t known_offset);

  /// Why nothing may be written any more; kind kUnsupported, the text is for users.
  const std::optional<Error>& problem() const { return problem_; }

 private:
  const std::string topic_;
  std::optional<Error> problem_;
};

}  // namespace sluice::cluster
