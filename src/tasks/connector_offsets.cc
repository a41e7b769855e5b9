#include "tasks/connector_offsets.h"

#include <fmt/format.h>

#include <set>
#include <utility>
#include <vector>

#include "kafka/internal_topics.h"
#include "kafka/producer.h"
#include "sdk/config/config_def.h"
#include "store/layered_offset_store.h"
#include "store/topic_offset_store.h"
#include "tasks/client_settings.h"

namespace sluice::tasks {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kOwnTopic = "offsets.storage.topic";
constexpr std::string_view kWorkerTopic = "offset.storage.topic";
constexpr std::chrono::milliseconds kEnsureTimeout{2'000};

std::set<std::string> servers_of(const sdk::Properties& settings) {
  const std::string* text = sdk::find(settings, "bootstrap.servers");
  const auto item =
      sdk::parse_config_item("bootstrap.servers", sdk::ConfigType::kList, text == nullptr ? "" : *text);
  if (!item.ok()) return {};
  const auto& list = std::get<std::vector<std::string>>(*item);
  return {list.begin(), list.end()};
}

std::string text_of(const sdk::Properties& properties) {
  std::string text;
  for (const auto& [key, value] : properties) text.append(key).append("=").append(value).append("\n");
  return text;
}

kafka::OutgoingMessage to_message(const std::string& topic, const std::string& key,
                                  const std::optional<std::string>& value) {
  kafka::OutgoingMessage message;
  message.topic = topic;
  message.key = key;
  message.value = value ? BytesView(*value) : kNullBytes;
  return message;
}

Status write_in_transaction(kafka::TransactionalProducer& producer, const std::string& topic,
                            const store::OffsetEntries& stored, milliseconds timeout) {
  SLUICE_RETURN_IF_ERROR(producer.init_transactions(timeout));
  SLUICE_RETURN_IF_ERROR(producer.begin_transaction());
  std::vector<kafka::OutgoingMessage> messages;
  for (const auto& [key, value] : stored) messages.push_back(to_message(topic, key, value));
  kafka::Acks acks;
  for (size_t sent = 0; sent < messages.size();) {
    SLUICE_ASSIGN_OR_RETURN(const size_t taken, producer.send(std::span(messages).subspan(sent), sent));
    sent += taken;
    if (sent < messages.size()) producer.poll_acks(milliseconds(100), acks);
  }
  SLUICE_RETURN_IF_ERROR(producer.commit_transaction(timeout));
  producer.poll_acks(milliseconds(0), acks);
  return acks.failed.empty() ? Status() : Status(acks.failed.front().error);
}

}  // namespace

/// A connector's own topic, and the view of it over the worker's.
struct ConnectorOffsets::OwnTopic {
  OwnTopic(kafka::LogConfig config, store::OffsetStore& worker)
      : topic(std::move(config)), both(topic, worker) {}
  store::TopicOffsetStore topic;
  store::LayeredOffsetStore both;
};

ConnectorOffsets::ConnectorOffsets(sdk::Properties worker, store::OffsetStore& worker_store)
    : worker_(std::move(worker)), worker_store_(worker_store) {}

Result<OffsetPlace> ConnectorOffsets::open(const std::string& name, const sdk::Properties& connector,
                                           bool exactly_once) {
  OffsetPlace place{&worker_store_, worker_store_.transactional(), nullptr, nullptr};
  if (place.own == nullptr) return place;  // a file
  const std::string* own = sdk::find(connector, kOwnTopic);
  if (own == nullptr && !exactly_once) return place;
  const std::string& worker_topic = place.own->topic();
  const std::string& topic = own == nullptr ? worker_topic : *own;
  const bool is_same_cluster = servers_of(source_producer_settings(worker_, connector)) ==
                               servers_of(source_producer_settings(worker_, {}));
  if (topic == worker_topic && is_same_cluster) return place;
  SLUICE_ASSIGN_OR_RETURN(auto opened, own_topic(name, connector, topic, exactly_once));
  place.store = &opened->both;
  place.own = &opened->topic;
  place.copy = &worker_store_;
  place.owner = std::move(opened);
  return place;
}

Result<std::shared_ptr<ConnectorOffsets::OwnTopic>> ConnectorOffsets::own_topic(
    const std::string& name, const sdk::Properties& connector, const std::string& topic, bool exactly_once) {
  const auto consumer_settings = offsets_consumer_settings(worker_, connector, exactly_once);
  auto producer_settings = source_producer_settings(worker_, connector);
  producer_settings.emplace("linger.ms", "0");
  auto admin_properties = admin_settings(worker_, connector);
  admin_properties.erase("client.id");
  const std::string key =
      topic + "\n" + text_of(consumer_settings) + text_of(producer_settings) + text_of(admin_properties);
  const std::lock_guard lock(mutex_);
  if (auto known = open_[key].lock()) return known;

  sdk::Properties topic_settings = worker_;
  topic_settings[std::string(kWorkerTopic)] = topic;
  SLUICE_ASSIGN_OR_RETURN(auto spec,
                          kafka::internal_topic_spec(kafka::InternalTopic::kOffsets, topic_settings));
  spec.property = kOwnTopic;
  kafka::LogConfig config;
  config.topic = topic;
  SLUICE_ASSIGN_OR_RETURN(config.consumer, kafka::translate(kafka::ClientKind::kConsumer, consumer_settings,
                                                            "connector-consumer-" + name));
  SLUICE_ASSIGN_OR_RETURN(config.producer, kafka::translate(kafka::ClientKind::kProducer, producer_settings,
                                                            "connector-producer-" + name));
  SLUICE_ASSIGN_OR_RETURN(
      const auto admin_config,
      kafka::translate(kafka::ClientKind::kAdmin, admin_properties, "connector-adminclient-" + name));
  SLUICE_ASSIGN_OR_RETURN(auto admin, kafka::make_admin(admin_config));
  config.admin = std::move(admin);
  config.prepare = [admin = config.admin, spec = std::move(spec)] {
    return kafka::ensure_internal_topic(*admin, spec, kEnsureTimeout);
  };
  auto opened = std::make_shared<OwnTopic>(std::move(config), worker_store_);
  open_[key] = opened;
  return opened;
}

Status write_source_offsets(const sdk::Properties& worker, const std::string& name,
                            const sdk::Properties& connector, bool exactly_once, const OffsetPlace& place,
                            const store::OffsetEntries& entries, milliseconds timeout) {
  if (!exactly_once) return place.store->set(entries, timeout);
  if (const auto tombstones = store::tombstones_of(entries); place.copy != nullptr && !tombstones.empty()) {
    SLUICE_RETURN_IF_ERROR(place.copy->set(tombstones, timeout));
  }
  SLUICE_ASSIGN_OR_RETURN(
      const auto config,
      kafka::translate(kafka::ClientKind::kProducer, exactly_once_producer_settings(worker, connector),
                       "connector-offset-producer-" + name));
  SLUICE_ASSIGN_OR_RETURN(const auto producer,
                          kafka::make_transactional_producer(config, transactional_id(worker, {name, 0})));
  const store::OffsetEntries stored = place.own->as_stored(entries);
  SLUICE_RETURN_IF_ERROR(write_in_transaction(*producer, place.own->topic(), stored, timeout));
  place.own->note_written(stored);
  if (place.copy != nullptr) store::copy_to_worker(*place.copy, entries, timeout);
  return {};
}

}  // namespace sluice::tasks
