#pragma once
// The three topics in which a cluster of workers keeps its configuration, source offsets and statuses
// (KafkaTopicBasedBackingStore and TopicAdmin of Kafka Connect 4.1): their settings, the clients that work on
// them, and their making or checking at the start.

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "kafka/admin.h"
#include "kafka/log.h"
#include "sdk/properties.h"

namespace sluice::kafka {

enum class InternalTopic : uint8_t { kConfigs, kOffsets, kStatuses };

struct InternalTopicSpec {
  NewTopic topic;
  std::string property;  // that names the topic, e.g. "config.storage.topic"
  std::string purpose;   // for messages, e.g. "connector configurations"
  bool single_partition = false;
};

/// Error kind kBadConfig: `worker` lacks the topic's name, or a number is none.
Result<InternalTopicSpec> internal_topic_spec(InternalTopic which, const sdk::Properties& worker);

/// Creates the topic unless it exists; one that existed must be compacted and nothing else (config topic: of
/// one partition), else kBadConfig with Java's text. Without the right to create or look it is taken for
/// granted. kRetry: the brokers did not answer, or are too few for the replication factor, for `timeout`.
Status ensure_internal_topic(Admin& admin, const InternalTopicSpec& spec, std::chrono::milliseconds timeout);

/// Client ids of internal clients are this and a word: "<group.id>-" or "<group.id>-<client.id>-".
std::string internal_client_id(const sdk::Properties& worker, const std::string& word);

/// The admin client that all of a worker's internal topics share.
Result<std::shared_ptr<Admin>> make_shared_admin(const sdk::Properties& worker);

/// Ready for open_log(): its prepare() makes or checks the topic. `read_committed` as the worker's
/// exactly.once.source.support asks for (statuses never do).
Result<LogConfig> internal_log_config(InternalTopic which, const sdk::Properties& worker, bool read_committed,
                                      std::shared_ptr<Admin> admin);

}  // namespace sluice::kafka
