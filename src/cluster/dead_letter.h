#pragma once
// The dead letters of a sink connector as people read them, and what can be asked about them. Kafka Connect
// only writes such queues (KIP-298); reading and replaying them is Sluice's own.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::cluster {

/// Bytes as they stand in the topic; none: null.
using LetterBytes = std::optional<std::string>;

struct DeadLetter {
  // In the queue.
  int32_t partition = 0;
  int64_t offset = 0;
  int64_t timestamp = 0;  // milliseconds; the original record's
  bool is_replayed = false;

  // From the context headers; empty or -1 without errors.deadletterqueue.context.headers.enable.
  std::string topic;
  int32_t topic_partition = -1;
  int64_t topic_offset = -1;
  std::string connector;
  std::string task;
  std::string stage;
  std::string class_name;  // of the converter, transform or connector that failed
  std::string exception;
  std::string message;
  std::string trace;

  LetterBytes key;
  LetterBytes value;
  // What the connector's converters make of them, as JSON; empty: they cannot read it.
  std::string key_json;
  std::string value_json;
  std::vector<std::pair<std::string, LetterBytes>> headers;  // the original record's
};

/// Offsets in the queue by partition.
using LetterOffsets = std::map<int32_t, int64_t>;

struct DeadLetterQuery {
  LetterOffsets from;                     // a partition that is not named: from its beginning
  std::optional<int32_t> only_partition;  // none: all
  size_t limit = 100;
  bool with_replayed = false;
};

struct DeadLetterPage {
  std::string topic;
  std::vector<DeadLetter> letters;
  LetterOffsets next;    // where to go on
  bool is_last = false;  // nothing is left to read
};

/// One letter to put back, repaired if key or value are given.
struct LetterRepair {
  int32_t partition = 0;
  int64_t offset = 0;
  std::optional<LetterBytes> key;
  std::optional<LetterBytes> value;
};

struct ReplayRequest {
  std::vector<LetterRepair> letters;  // empty: all that have not been replayed
  std::string topic;                  // where to; empty: where the record came from
  size_t limit = 1000;                // of one request, which is one transaction
};

struct ReplayOutcome {
  int64_t replayed = 0;
  int64_t already = 0;   // asked for by name, and replayed before
  bool is_last = false;  // nothing is left to replay
};

}  // namespace sluice::cluster
