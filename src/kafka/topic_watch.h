#pragma once
// Looks after what a subscription cannot know: topics that match a pattern, and topics that do not exist yet.
// Inside this room only. Used by the consumer's thread only.

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/java_regex.h"
#include "base/result.h"
#include "kafka/native.h"

namespace sluice::kafka {

class TopicWatch {
 public:
  using Clock = std::chrono::steady_clock;

  TopicWatch(rd_kafka_t& client, const ClientConfig& config);

  Status subscribe(const std::set<std::string>& topics);
  void subscribe(JavaRegex pattern);
  /// The broker does not know this subscribed topic: logged once, asked for again soon.
  void note_missing(const std::string& topic);

  /// When refresh() wants to be called next.
  Clock::time_point due() const { return due_; }
  /// Asks the brokers and changes the subscription where it has to. Blocks for one request at most. Errors of
  /// the pattern (too expensive) are returned; what the network does is tried again later.
  Status refresh();

 private:
  Result<std::set<std::string>> matching(const rd_kafka_metadata_t& metadata) const;
  Status refresh_pattern();
  void refresh_missing();
  Status subscribe_natively(const std::set<std::string>& topics);

  rd_kafka_t& client_;
  const std::chrono::milliseconds metadata_age_;
  const bool exclude_internal_;
  std::optional<JavaRegex> pattern_;
  std::set<std::string> topics_;   // subscribed now
  std::set<std::string> missing_;  // and waited for
  std::chrono::milliseconds request_timeout_;
  Clock::time_point due_ = Clock::time_point::max();
};

}  // namespace sluice::kafka
