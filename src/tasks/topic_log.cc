#include "tasks/topic_log.h"

#include <fmt/core.h>

#include <optional>

#include "base/log.h"
#include "kafka/admin.h"
#include "kafka/compacted_topic.h"

namespace sluice::tasks {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTimeout{30'000};
constexpr milliseconds kStep{1'000};

/// Clients' settings: what stands behind `prefix`, and what all have in common.
Result<kafka::ClientConfig> client_config(kafka::ClientKind kind, const sdk::Properties& client,
                                          std::string_view prefix, const sdk::Properties& defaults) {
  sdk::Properties properties = defaults;
  for (const auto& [key, value] : client) {
    if (key == "bootstrap.servers") properties[key] = value;
    if (!prefix.empty() && key.starts_with(prefix)) properties[key.substr(prefix.size())] = value;
  }
  // Bytes are bytes here.
  for (const char* java_only :
       {"key.serializer", "value.serializer", "key.deserializer", "value.deserializer"})
    properties.erase(java_only);
  return kafka::translate(kind, properties, "sluice-topic-log");
}

class KafkaTopicLog final : public sdk::TopicLog {
 public:
  KafkaTopicLog(kafka::CompactedTopicConfig config, std::shared_ptr<kafka::Admin> admin,
                const StopSignal& stop)
      : config_(std::move(config)), admin_(std::move(admin)), stop_(stop) {
    config_.shared_admin = admin_;
  }

  Status read_all(const Each& each) override {
    SLUICE_ASSIGN_OR_RETURN(const auto found, admin_->describe_topics({config_.topic}, kTimeout));
    if (found.empty()) return {};
    if (found.begin()->second.partitions != 1)
      return bad_config(fmt::format("Topic {} has {} partitions, but its order counts: it must have one",
                                    config_.topic, found.begin()->second.partitions));
    Status status;
    kafka::CompactedTopicConfig reader = config_;
    reader.producer.reset();
    const auto take = [&](const kafka::ConsumedMessage& message) {
      if (status.ok()) status = each(message.key, message.value);
    };
    SLUICE_ASSIGN_OR_RETURN(const auto topic, kafka::open_compacted_topic(reader, take, kTimeout));
    for (;;) {
      const Status read = topic->read_to_end(kStep);
      if (!status.ok()) return status;
      if (read.ok() || read.error().kind() != ErrorKind::kRetry) return read;
      if (stop_.stop_requested()) return closed("Stopped while reading topic " + config_.topic);
    }
  }

  Status read_new(const EachAt& each) override {
    if (!follower_) {
      SLUICE_ASSIGN_OR_RETURN(const auto found, admin_->describe_topics({config_.topic}, kTimeout));
      if (found.empty()) return {};
      kafka::CompactedTopicConfig reader = config_;
      reader.producer.reset();
      const auto take = [this](const kafka::ConsumedMessage& message) {
        if (followed_.ok()) followed_ = (*follow_)(message.offset, message.key, message.value);
      };
      follow_ = &each;
      SLUICE_ASSIGN_OR_RETURN(follower_, kafka::open_compacted_topic(reader, take, kTimeout));
    }
    follow_ = &each;
    followed_ = Status();
    const Status read = follower_->read_to_end(kStep);
    follow_ = nullptr;
    if (!followed_.ok()) return followed_;
    // Whoever follows asks again soon.
    return read.ok() || read.error().kind() == ErrorKind::kRetry ? Status() : read;
  }

  Status append(BytesView key, BytesView value) override {
    if (!writer_) SLUICE_RETURN_IF_ERROR(open_writer());
    return writer_->send_sync(key, value, 0, kTimeout);
  }

 private:
  Status open_writer() {
    const kafka::NewTopic topic{
        config_.topic,
        1,
        -1,
        {{"cleanup.policy", "delete"}, {"retention.ms", "-1"}, {"retention.bytes", "-1"}}};
    SLUICE_ASSIGN_OR_RETURN(const auto outcome, admin_->create_topic(topic, kTimeout));
    if (outcome == kafka::CreateOutcome::kCreated) log::info("Made topic {}", config_.topic);
    SLUICE_ASSIGN_OR_RETURN(writer_, kafka::open_compacted_topic(
                                         config_, [](const kafka::ConsumedMessage&) {}, kTimeout));
    return {};
  }

  kafka::CompactedTopicConfig config_;
  const std::shared_ptr<kafka::Admin> admin_;
  const StopSignal& stop_;
  std::unique_ptr<kafka::CompactedTopic> writer_;
  std::unique_ptr<kafka::CompactedTopic> follower_;
  const EachAt* follow_ = nullptr;  // of the call under way
  Status followed_;
};

}  // namespace

Result<std::unique_ptr<sdk::TopicLog>> make_topic_log(const sdk::TopicLogConfig& config,
                                                      const StopSignal& stop) {
  kafka::CompactedTopicConfig topic;
  topic.topic = config.topic;
  SLUICE_ASSIGN_OR_RETURN(topic.consumer, client_config(kafka::ClientKind::kConsumer, config.client,
                                                        "consumer.", {{"auto.offset.reset", "earliest"}}));
  SLUICE_ASSIGN_OR_RETURN(topic.producer,
                          client_config(kafka::ClientKind::kProducer, config.client, "producer.",
                                        {{"acks", "all"}, {"max.in.flight.requests.per.connection", "1"}}));
  SLUICE_ASSIGN_OR_RETURN(topic.admin,
                          client_config(kafka::ClientKind::kAdmin, config.client, "producer.", {}));
  SLUICE_ASSIGN_OR_RETURN(std::shared_ptr<kafka::Admin> admin, kafka::make_admin(topic.admin));
  return std::unique_ptr<sdk::TopicLog>(
      std::make_unique<KafkaTopicLog>(std::move(topic), std::move(admin), stop));
}

}  // namespace sluice::tasks
