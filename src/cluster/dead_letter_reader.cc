#include "cluster/dead_letter_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cluster/letter_headers.h"
#include "tasks/client_settings.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kAdminTimeout{30'000};
constexpr milliseconds kPollTimeout{500};
/// When nothing comes for so long, the rest of a partition holds no records (transaction markers only).
constexpr milliseconds kSilence{5'000};
constexpr size_t kPollMax = 500;

}  // namespace

Result<DeadLetterReader> DeadLetterReader::open(const ConnectorCall& call) {
  DeadLetterReader reader;
  reader.connector_ = call.connector;
  const std::string* topic = sdk::find(call.config, "errors.deadletterqueue.topic.name");
  if (topic == nullptr || topic->empty()) {
    return bad_config(
        fmt::format("Connector {} has no dead letter queue: errors.deadletterqueue.topic.name is not set",
                    call.connector));
  }
  reader.topic_ = *topic;
  reader.group_ = "sluice-dlq-" + call.connector;
  SLUICE_ASSIGN_OR_RETURN(const auto admin, kafka::translate(kafka::ClientKind::kAdmin,
                                                             tasks::admin_settings(call.worker, call.config),
                                                             "connector-dlq-adminclient-" + call.connector));
  SLUICE_ASSIGN_OR_RETURN(reader.admin_, kafka::make_admin(admin));
  SLUICE_ASSIGN_OR_RETURN(const auto consumer,
                          kafka::translate(kafka::ClientKind::kConsumer,
                                           tasks::offsets_consumer_settings(call.worker, call.config, true),
                                           "connector-dlq-consumer-" + call.connector));
  SLUICE_ASSIGN_OR_RETURN(reader.consumer_, kafka::make_consumer(consumer));
  return reader;
}

Status DeadLetterReader::look_what_was_replayed() {
  SLUICE_ASSIGN_OR_RETURN(const auto committed, admin_->group_offsets(group_, kAdminTimeout));
  replayed_.clear();
  for (const auto& [partition, offset] : committed) {
    if (partition.topic != topic_) continue;
    SLUICE_ASSIGN_OR_RETURN(replayed_[partition.partition], ReplayedOffsets::parse(offset));
  }
  return {};
}

Result<DeadLetterReader::Ranges> DeadLetterReader::unread(const DeadLetterQuery& query) {
  SLUICE_ASSIGN_OR_RETURN(const auto topics, admin_->describe_topics({topic_}, kAdminTimeout));
  const auto described = topics.find(topic_);
  if (described == topics.end()) {
    return failed(
        fmt::format("Dead letter queue {} of connector {} does not exist; it is created when the "
                    "connector starts",
                    topic_, connector_));
  }
  std::set<kafka::TopicPartition> partitions;
  for (int32_t i = 0; i < described->second.partitions; ++i) {
    if (query.only_partition.value_or(i) == i) partitions.insert({topic_, i});
  }
  SLUICE_ASSIGN_OR_RETURN(Ranges ranges, admin_->offset_ranges(partitions, kAdminTimeout));
  for (auto& [partition, range] : ranges) {
    const auto asked = query.from.find(partition.partition);
    if (asked != query.from.end()) range.start = std::max(range.start, asked->second);
  }
  return ranges;
}

Result<DeadLetterPage> DeadLetterReader::read(const DeadLetterQuery& query) {
  DeadLetterPage page;
  page.topic = topic_;
  SLUICE_ASSIGN_OR_RETURN(Ranges ranges, unread(query));
  for (const auto& [partition, range] : ranges) page.next[partition.partition] = range.start;
  std::erase_if(ranges, [](const auto& entry) { return entry.second.start >= entry.second.end; });
  if (!ranges.empty()) SLUICE_RETURN_IF_ERROR(fill(query, ranges, page));
  page.is_last = ranges.empty();
  return page;
}

/// Takes out of `unread` what it has read to its end.
Status DeadLetterReader::fill(const DeadLetterQuery& query, Ranges& unread, DeadLetterPage& page) {
  kafka::CommitOffsets starts;
  for (const auto& [partition, range] : unread) starts[partition] = {range.start, {}};
  SLUICE_RETURN_IF_ERROR(consumer_->assign(starts));
  auto last_news = Clock::now();
  kafka::MessageBatch batch;
  while (!unread.empty() && page.letters.size() < query.limit) {
    SLUICE_RETURN_IF_ERROR(consumer_->poll(kPollTimeout, kPollMax, batch));
    if (!batch.messages.empty()) last_news = Clock::now();
    if (Clock::now() - last_news > kSilence) {
      unread.clear();
      break;
    }
    for (const kafka::ConsumedMessage& message : batch.messages) {
      const auto range = unread.find({topic_, message.partition});
      if (range == unread.end()) continue;
      if (page.letters.size() >= query.limit) break;
      if (message.offset < range->second.end) take(message, query, page);
      page.next[message.partition] = message.offset + 1;
      if (message.offset + 1 >= range->second.end) unread.erase(range);
    }
  }
  return consumer_->assign({});
}

void DeadLetterReader::take(const kafka::ConsumedMessage& message, const DeadLetterQuery& query,
                            DeadLetterPage& page) const {
  DeadLetter letter = open_letter(message);
  if (!letter.connector.empty() && letter.connector != connector_) return;
  const auto replayed = replayed_.find(message.partition);
  letter.is_replayed = replayed != replayed_.end() && replayed->second.contains(message.offset);
  if (!letter.is_replayed || query.with_replayed) page.letters.push_back(std::move(letter));
}

}  // namespace sluice::cluster
