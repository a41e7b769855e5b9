#include "kafka/topic_watch.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/log.h"
#include "kafka/error_map.h"

namespace sluice::kafka {
namespace {

using std::chrono::milliseconds;

// Java asks again at its retry back-off while something subscribed is missing, which is at most this.
constexpr milliseconds kSoon{1000};
// A request that the brokers are too slow for is tried again with more time.
constexpr milliseconds kFirstTimeout{500};
constexpr milliseconds kLongestTimeout{10'000};

constexpr std::string_view kInternalTopics[] = {"__consumer_offsets", "__transaction_state",
                                                "__share_group_state"};

bool is_internal(std::string_view topic) {
  return std::find(std::begin(kInternalTopics), std::end(kInternalTopics), topic) !=
         std::end(kInternalTopics);
}

using Metadata = std::unique_ptr<const rd_kafka_metadata_t, NativeDelete<rd_kafka_metadata_destroy>>;

// Null if the brokers did not answer in time.
Metadata fetch_metadata(rd_kafka_t& client, bool all_topics, milliseconds timeout) {
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code = rd_kafka_metadata(&client, all_topics ? 1 : 0, nullptr, &metadata, to_timeout(timeout));
  return Metadata(code == RD_KAFKA_RESP_ERR_NO_ERROR ? metadata : nullptr);
}

}  // namespace

TopicWatch::TopicWatch(rd_kafka_t& client, const ClientConfig& config)
    : client_(client),
      metadata_age_(std::max<int64_t>(config.metadata_max_age_ms, 100)),
      exclude_internal_(config.exclude_internal_topics),
      request_timeout_(kFirstTimeout) {}

Status TopicWatch::subscribe(const std::set<std::string>& topics) {
  pattern_.reset();
  due_ = Clock::time_point::max();
  return subscribe_natively(topics);
}

void TopicWatch::subscribe(JavaRegex pattern) {
  pattern_ = std::move(pattern);
  topics_.clear();
  due_ = Clock::now();
}

void TopicWatch::note_missing(const std::string& topic) {
  if (missing_.insert(topic).second) {
    log::warn("Subscribed topic {} does not exist yet; waiting for it", topic);
  }
  due_ = std::min(due_, Clock::now() + kSoon);
}

Status TopicWatch::refresh() {
  if (pattern_) return refresh_pattern();
  refresh_missing();
  return {};
}

// The library itself looks at its subscription whenever metadata arrives.
void TopicWatch::refresh_missing() {
  const Metadata metadata = fetch_metadata(client_, true, request_timeout_);
  for (int i = 0; metadata != nullptr && i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& topic = metadata->topics[i];
    if (topic.err == RD_KAFKA_RESP_ERR_NO_ERROR) missing_.erase(topic.topic);
  }
  due_ = missing_.empty() ? Clock::time_point::max() : Clock::now() + kSoon;
}

Status TopicWatch::refresh_pattern() {
  const Metadata metadata = fetch_metadata(client_, true, request_timeout_);
  if (metadata == nullptr) {
    request_timeout_ = std::min(request_timeout_ * 2, kLongestTimeout);
    due_ = Clock::now() + std::min(kSoon, metadata_age_);
    return {};
  }
  request_timeout_ = kFirstTimeout;
  SLUICE_ASSIGN_OR_RETURN(const std::set<std::string> found, matching(*metadata));
  due_ = Clock::now() + (found.empty() ? std::min(kSoon, metadata_age_) : metadata_age_);
  if (found == topics_) return {};
  return subscribe_natively(found);
}

Result<std::set<std::string>> TopicWatch::matching(const rd_kafka_metadata_t& metadata) const {
  std::set<std::string> found;
  for (int i = 0; i < metadata.topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& topic = metadata.topics[i];
    if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR && topic.err != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE)
      continue;
    if (exclude_internal_ && is_internal(topic.topic)) continue;
    SLUICE_ASSIGN_OR_RETURN(const bool matches, pattern_->matches(topic.topic));
    if (matches) found.insert(topic.topic);
  }
  return found;
}

Status TopicWatch::subscribe_natively(const std::set<std::string>& topics) {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(topics.size())));
  for (const std::string& topic : topics) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  }
  const auto code =
      topics.empty() ? rd_kafka_unsubscribe(&client_) : rd_kafka_subscribe(&client_, list.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return to_error(code, fmt::format("Cannot subscribe to {}", fmt::join(topics, ", ")));
  }
  topics_ = topics;
  return {};
}

}  // namespace sluice::kafka
