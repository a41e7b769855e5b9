#pragma once
// A topic of one partition that a task keeps for itself beside the records that it publishes, such as the
// schema history of change data capture, or that tells it what to do. One thread; calls wait.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "sdk/properties.h"

namespace sluice::sdk {

struct TopicLogConfig {
  std::string topic;
  /// bootstrap.servers, and settings of the clients behind `producer.` and `consumer.`.
  Properties client;
};

/// A record for such a topic; an empty key or value is one.
struct TopicRecord {
  TopicLogConfig log;
  std::string key;
  std::string value;
};

class TopicLog {
 public:
  /// A record's bytes live for the call only; a key or value may be null.
  using Each = std::function<Status(BytesView key, BytesView value)>;
  using EachAt = std::function<Status(int64_t offset, BytesView key, BytesView value)>;
  virtual ~TopicLog() = default;

  /// Every record that is in the topic now; none if there is no topic. Error kinds: kRetry, kBadConfig, and
  /// those of `each`, after which reading ends.
  virtual Status read_all(const Each& each) = 0;
  /// The records that came since the last call, with their offsets; the first call gives all.
  virtual Status read_new(const EachAt& each) = 0;
  /// Returns when the brokers have the record. The topic is made if there is none: one partition, kept for
  /// ever.
  virtual Status append(BytesView key, BytesView value) = 0;
};

}  // namespace sluice::sdk
