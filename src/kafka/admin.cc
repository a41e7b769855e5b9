#include "kafka/admin.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <thread>

#include "kafka/error_map.h"
#include "kafka/native.h"

namespace sluice::kafka {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

using Options = std::unique_ptr<rd_kafka_AdminOptions_t, NativeDelete<rd_kafka_AdminOptions_destroy>>;
using NativeNewTopic = std::unique_ptr<rd_kafka_NewTopic_t, NativeDelete<rd_kafka_NewTopic_destroy>>;
using TopicNames =
    std::unique_ptr<rd_kafka_TopicCollection_t, NativeDelete<rd_kafka_TopicCollection_destroy>>;
using ConfigResource =
    std::unique_ptr<rd_kafka_ConfigResource_t, NativeDelete<rd_kafka_ConfigResource_destroy>>;

using Topics = std::map<std::string, TopicDescription>;
using Config = std::map<std::string, std::string>;
using EndOffsets = std::map<TopicPartition, int64_t>;
using OffsetRanges = std::map<TopicPartition, OffsetRange>;

constexpr std::string_view kUnknownTopic = "org.apache.kafka.common.errors.UnknownTopicOrPartitionException";
constexpr milliseconds kRetryPause{100};
constexpr size_t kErrorTextBytes = 512;
constexpr milliseconds kSlice{100};
constexpr milliseconds kGrace{1000};

// What ends every call of a client: a wrong password, a certificate that is not trusted. The library goes on
// trying until each call's deadline; Java gives up at once, and so do we. Thread-safe.
class ClientErrors {
 public:
  explicit ClientErrors(rd_kafka_t& client) : queue_(rd_kafka_queue_get_main(&client)) {}

  /// An error since `start`, if there was one.
  std::optional<Error> since(SteadyClock::time_point start) {
    const std::lock_guard lock(mutex_);
    while (NativeEvent event{rd_kafka_queue_poll(queue_.get(), 0)}) {
      if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_ERROR) continue;
      const auto code = rd_kafka_event_error(event.get());
      const std::string_view text = rd_kafka_event_error_string(event.get());
      if (!ends_client(code, text)) continue;
      last_ = to_error(code, {}, text);
      seen_ = SteadyClock::now();
    }
    return last_ && seen_ >= start ? last_ : std::nullopt;
  }

 private:
  const NativeQueue queue_;
  std::mutex mutex_;
  std::optional<Error> last_;
  SteadyClock::time_point seen_;
};

// One call: options with its deadline, a queue for its answer.
class Call {
 public:
  Call(rd_kafka_t& client, ClientErrors& errors, rd_kafka_admin_op_t operation, milliseconds timeout,
       std::string what)
      : timeout_ms_(std::max(to_timeout(timeout), 1)),
        what_(std::move(what)),
        errors_(errors),
        options_(rd_kafka_AdminOptions_new(&client, operation)),
        queue_(rd_kafka_queue_new(&client)) {
    std::array<char, kErrorTextBytes> text{};
    // Both only fail for values out of range; the library's own deadline then holds.
    rd_kafka_AdminOptions_set_request_timeout(options_.get(), timeout_ms_, text.data(), text.size());
    if (operation == RD_KAFKA_ADMIN_OP_CREATETOPICS) {
      rd_kafka_AdminOptions_set_operation_timeout(options_.get(), timeout_ms_, text.data(), text.size());
    }
  }

  rd_kafka_AdminOptions_t* options() const { return options_.get(); }
  rd_kafka_queue_t* queue() const { return queue_.get(); }
  const std::string& what() const { return what_; }

  /// The answer; its own error, if it has one, is returned.
  Result<NativeEvent> answer() const {
    const auto start = SteadyClock::now();
    // The library answers by its deadline; a little more, so that it is the one to say so.
    const auto deadline = start + milliseconds(timeout_ms_) + kGrace;
    NativeEvent event;
    while (event == nullptr && SteadyClock::now() < deadline) {
      event.reset(rd_kafka_queue_poll(queue_.get(), to_timeout(kSlice)));
      if (event != nullptr) break;
      if (const auto error = errors_.since(start)) return error->with_context(what_);
    }
    if (event == nullptr) return to_error(RD_KAFKA_RESP_ERR__TIMED_OUT, what_);
    const auto code = rd_kafka_event_error(event.get());
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return event;
    const char* text = rd_kafka_event_error_string(event.get());
    return to_error(code, what_, text == nullptr ? "" : text);
  }

  Status check(const rd_kafka_error_t* error) const {
    if (error == nullptr || rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return to_error(*error, what_);
  }

 private:
  const int timeout_ms_;
  const std::string what_;
  ClientErrors& errors_;
  const Options options_;
  const NativeQueue queue_;
};

// The one group of an answer that asked for one.
Status check_group(const Call& call, const rd_kafka_group_result_t** groups, size_t count) {
  if (count != 1) return failed(fmt::format("{}: {} groups in the answer instead of 1", call.what(), count));
  SLUICE_RETURN_IF_ERROR(call.check(rd_kafka_group_result_error(groups[0])));
  const auto* partitions = rd_kafka_group_result_partitions(groups[0]);
  return partitions == nullptr ? Status() : first_error(*partitions, call.what());
}

// Java's admin client tries retriable errors again until the deadline, and so does this. A topic that does
// not exist is one of them only where Java waits for it.
template <typename Try>
auto retried(milliseconds timeout, bool waits_for_topic, const Try& attempt) {
  const auto deadline = SteadyClock::now() + timeout;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - SteadyClock::now());
    auto result = attempt(std::max(left, milliseconds(1)));
    if (result.ok() || result.error().kind() != ErrorKind::kRetry) return result;
    if (!waits_for_topic && result.error().exception_class() == kUnknownTopic) return result;
    if (SteadyClock::now() + kRetryPause >= deadline) return result;
    std::this_thread::sleep_for(kRetryPause);
  }
}

class NativeAdmin final : public Admin {
 public:
  explicit NativeAdmin(NativeClient client) : client_(std::move(client)), errors_(*client_) {}

  Result<std::string> cluster_id(milliseconds timeout) override;
  Result<CreateOutcome> create_topic(const NewTopic& topic, milliseconds timeout) override {
    return retried(timeout, false, [&](milliseconds left) { return try_create_topic(topic, left); });
  }
  Result<Topics> describe_topics(const std::set<std::string>& names, milliseconds timeout) override {
    return retried(timeout, false, [&](milliseconds left) { return try_describe_topics(names, left); });
  }
  Result<Config> topic_config(const std::string& topic, milliseconds timeout) override {
    return retried(timeout, false, [&](milliseconds left) { return try_topic_config(topic, left); });
  }
  Result<EndOffsets> end_offsets(const std::set<TopicPartition>& partitions, milliseconds timeout) override {
    return retried(timeout, true, [&](milliseconds left) { return try_end_offsets(partitions, left); });
  }
  Result<OffsetRanges> offset_ranges(const std::set<TopicPartition>& partitions,
                                     milliseconds timeout) override {
    return retried(timeout, true, [&](milliseconds left) { return try_offset_ranges(partitions, left); });
  }
  Result<CommitOffsets> group_offsets(const std::string& group, milliseconds timeout) override {
    return retried(timeout, false, [&](milliseconds left) { return try_group_offsets(group, left); });
  }
  Status alter_group_offsets(const std::string& group, const CommitOffsets& offsets,
                             milliseconds timeout) override {
    return retried(timeout, false,
                   [&](milliseconds left) { return try_alter_offsets(group, offsets, left); });
  }
  Status delete_group_offsets(const std::string& group, const std::set<TopicPartition>& partitions,
                              milliseconds timeout) override {
    return retried(timeout, false,
                   [&](milliseconds left) { return try_delete_offsets(group, partitions, left); });
  }
  Status delete_group(const std::string& group, milliseconds timeout) override {
    return retried(timeout, false, [&](milliseconds left) { return try_delete_group(group, left); });
  }

 private:
  Result<CreateOutcome> try_create_topic(const NewTopic& topic, milliseconds timeout);
  Result<Topics> try_describe_topics(const std::set<std::string>& names, milliseconds timeout);
  Result<Config> try_topic_config(const std::string& topic, milliseconds timeout);
  Result<EndOffsets> try_end_offsets(const std::set<TopicPartition>& partitions, milliseconds timeout);
  Result<OffsetRanges> try_offset_ranges(const std::set<TopicPartition>& partitions, milliseconds timeout);
  void ask_offsets(const Call& call, const std::set<TopicPartition>& partitions, int64_t spec);
  Result<EndOffsets> offsets_of(const Call& call);
  void refresh_leaders(const char* topic);
  Result<CommitOffsets> try_group_offsets(const std::string& group, milliseconds timeout);
  Status try_alter_offsets(const std::string& group, const CommitOffsets& offsets, milliseconds timeout);
  Status try_delete_offsets(const std::string& group, const std::set<TopicPartition>& partitions,
                            milliseconds timeout);
  Status try_delete_group(const std::string& group, milliseconds timeout);

  const NativeClient client_;
  ClientErrors errors_;
};

Result<std::string> NativeAdmin::cluster_id(milliseconds timeout) {
  constexpr std::string_view kWhat = "Read the Kafka cluster id";
  const auto start = SteadyClock::now();
  char* id = nullptr;
  while (id == nullptr) {
    id = rd_kafka_clusterid(client_.get(), to_timeout(std::min(timeout, kSlice)));
    if (id != nullptr) break;
    if (const auto error = errors_.since(start)) return error->with_context(kWhat);
    if (SteadyClock::now() - start >= timeout) {
      return to_error(
          RD_KAFKA_RESP_ERR__TIMED_OUT, kWhat,
          fmt::format("no broker answered within {} ms; check bootstrap.servers", timeout.count()));
    }
  }
  std::string result(id);
  rd_kafka_mem_free(client_.get(), id);
  return result;
}

Result<CreateOutcome> NativeAdmin::try_create_topic(const NewTopic& topic, milliseconds timeout) {
  const Call call(*client_, errors_, RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout,
                  fmt::format("Create topic {}", topic.name));
  std::array<char, kErrorTextBytes> text{};
  const NativeNewTopic wanted(rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions,
                                                    topic.replication_factor, text.data(), text.size()));
  if (wanted == nullptr) return bad_config(fmt::format("{}: {}", call.what(), text.data()));
  for (const auto& [name, value] : topic.configs) {
    rd_kafka_NewTopic_set_config(wanted.get(), name.c_str(), value.c_str());
  }
  rd_kafka_NewTopic_t* list[] = {wanted.get()};
  rd_kafka_CreateTopics(client_.get(), list, 1, call.options(), call.queue());
  SLUICE_ASSIGN_OR_RETURN(const NativeEvent event, call.answer());
  size_t count = 0;
  const auto* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (size_t i = 0; i < count; ++i) {
    const auto code = rd_kafka_topic_result_error(results[i]);
    if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return CreateOutcome::kExisted;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    const char* detail = rd_kafka_topic_result_error_string(results[i]);
    return to_error(code, call.what(), detail == nullptr ? "" : detail);
  }
  return CreateOutcome::kCreated;
}

Result<Topics> NativeAdmin::try_describe_topics(const std::set<std::string>& names, milliseconds timeout) {
  Topics found;
  if (names.empty()) return found;
  const Call call(*client_, errors_, RD_KAFKA_ADMIN_OP_DESCRIBETOPICS, timeout, "Describe topics");
  std::vector<const char*> list;
  list.reserve(names.size());
  for (const std::string& name : names) list.push_back(name.c_str());
  const TopicNames wanted(rd_kafka_TopicCollection_of_topic_names(list.data(), list.size()));
  rd_kafka_DescribeTopics(client_.get(), wanted.get(), call.options(), call.queue());
  SLUICE_ASSIGN_OR_RETURN(const NativeEvent event, call.answer());
  size_t count = 0;
  const auto* results =
      rd_kafka_DescribeTopics_result_topics(rd_kafka_event_DescribeTopics_result(event.get()), &count);
  for (size_t i = 0; i < count; ++i) {
    const auto* error = rd_kafka_TopicDescription_error(results[i]);
    if (error != nullptr && rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) continue;
    SLUICE_RETURN_IF_ERROR(call.check(error));
    TopicDescription topic{rd_kafka_TopicDescription_name(results[i]), 0};
    size_t partitions = 0;
    rd_kafka_TopicDescription_partitions(results[i], &partitions);
    topic.partitions = static_cast<int32_t>(partitions);
    std::string name = topic.name;
    found.emplace(std::move(name), std::move(topic));
  }
  return found;
}

Result<Config> NativeAdmin::try_topic_config(const std::string& topic, milliseconds timeout) {
  const Call call(*client_, errors_, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout,
                  fmt::format("Read the config of topic {}", topic));
  const ConfigResource wanted(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  rd_kafka_ConfigResource_t* list[] = {wanted.get()};
  rd_kafka_DescribeConfigs(client_.get(), list, 1, call.options(), call.queue());
  SLUICE_ASSIGN_OR_RETURN(const NativeEvent event, call.answer());
  size_t count = 0;
  const auto* results =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  Config config;
  for (size_t i = 0; i < count; ++i) {
    const auto code = rd_kafka_ConfigResource_error(results[i]);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      const char* detail = rd_kafka_ConfigResource_error_string(results[i]);
      return to_error(code, call.what(), detail == nullptr ? "" : detail);
    }
    size_t entries = 0;
    const auto* entry = rd_kafka_ConfigResource_configs(results[i], &entries);
    for (size_t e = 0; e < entries; ++e) {
      const char* value = rd_kafka_ConfigEntry_value(entry[e]);
      if (value != nullptr) config[rd_kafka_ConfigEntry_name(entry[e])] = value;
    }
  }
  return config;
}

void NativeAdmin::ask_offsets(const Call& call, const std::set<TopicPartition>& partitions, int64_t spec) {
  const PartitionList wanted = to_native(partitions);
  for (int i = 0; i < wanted->cnt; ++i) wanted->elems[i].offset = spec;
  rd_kafka_ListOffsets(client_.get(), wanted.get(), call.options(), call.queue());
}

bool is_of_old_leader(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH || code == RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH ||
         code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION;
}

// ListOffsets goes by the library's cache of who leads, and leaves it as it was when that is over: after a
// broker's restart every later call would fail the same way.
void NativeAdmin::refresh_leaders(const char* topic) {
  const NativeTopic handle(rd_kafka_topic_new(client_.get(), topic, nullptr));
  if (handle == nullptr) return;
  const rd_kafka_metadata_t* metadata = nullptr;
  rd_kafka_metadata(client_.get(), 0, handle.get(), &metadata, to_timeout(kGrace));
  if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
}

Result<EndOffsets> NativeAdmin::offsets_of(const Call& call) {
  SLUICE_ASSIGN_OR_RETURN(const NativeEvent event, call.answer());
  EndOffsets offsets;
  size_t count = 0;
  const auto* results =
      rd_kafka_ListOffsets_result_infos(rd_kafka_event_ListOffsets_result(event.get()), &count);
  for (size_t i = 0; i < count; ++i) {
    const auto* at = rd_kafka_ListOffsetsResultInfo_topic_partition(results[i]);
    if (at->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (is_of_old_leader(at->err)) refresh_leaders(at->topic);
      return to_error(at->err, fmt::format("{} of {}-{}", call.what(), at->topic, at->partition));
    }
    offsets[to_partition(*at)] = at->offset;
  }
  return offsets;
}

Result<EndOffsets> NativeAdmin::try_end_offsets(const std::set<TopicPartition>& partitions,
                                                milliseconds timeout) {
  if (partitions.empty()) return EndOffsets();
  const Call call(*client_, errors_, RD_KAFKA_ADMIN_OP_LISTOFFSETS, timeout, "Read end offsets");
  ask_offsets(call, partitions, RD_KAFKA_OFFSET_SPEC_LATEST);
  return offsets_of(call);
}

Result<OffsetRanges> NativeAdmin::try_offset_ranges(const std::set<TopicPartition>& partitions,
                                                    milliseconds timeout) {
  OffsetRanges ranges;
  if (partitions.empty()) return ranges;
  const Call first(*client_, errors_, RD_KAFKA_ADMIN_OP_LISTOFFSETS, timeout, "Read start offsets");
  const Call last(*client_, errors_, RD_KAFKA_ADMIN_OP_LISTOFFSETS, timeout, "Read end offsets");
  // Both are on their way before either is waited for.
  ask_offsets(first, partitions, RD_KAFKA_OFFSET_SPEC_EARLIEST);
  ask_offsets(last, partitions, RD_KAFKA_OFFSET_SPEC_LATEST);
  SLUICE_ASSIGN_OR_RETURN(const EndOffsets starts, offsets_of(first));
  SLUICE_ASSIGN_OR_RETURN(const EndOffsets ends, offsets_of(last));
  for (const auto& [partition, end] : ends) {
    const auto start = starts.find(partition);
    ranges[partition] = {start == starts.end() ? 0 : start->second, end};
  }
  return ranges;
}

Result<CommitOffsets> NativeAdmin::try_group_offsets(const std::string& group, milliseconds timeout) {
  const Call call(*client_, errors_, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, timeout,
                  fmt::format("Read offsets of group {}", group));
  auto* wanted = rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), nullptr);
  rd_kafka_ListConsumerGroupOffsets(client_.get(), &wanted, 1, call.options(), call.queue());
  rd_kafka_ListConsumerGroupOffsets_destroy(wanted);
  SLUICE_ASSIGN_OR_RETURN(const NativeEvent event, call.answer());
  size_t count = 0;
  const auto** groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
      rd_kafka_event_ListConsumerGroupOffsets_result(event.get()), &count);
  SLUICE_RETURN_IF_ERROR(check_group(call, groups, count));
  const auto* partitions = rd_kafka_group_result_partitions(groups[0]);
  return partitions == nullptr ? CommitOffsets() : to_offsets(*partitions, call.what());
}

Status NativeAdmin::try_alter_offsets(const std::string& group, const CommitOffsets& offsets,
                                      milliseconds timeout) {
  if (offsets.empty()) return {};
  const Call call(*client_, errors_, RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, timeout,
                  fmt::format("Alter offsets of group {}", group));
  const PartitionList list = to_native(offsets);
  auto* wanted = rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), list.get());
  rd_kafka_AlterConsumerGroupOffsets(client_.get(), &wanted, 1, call.options(), call.queue());
  rd_kafka_AlterConsumerGroupOffsets_destroy(wanted);
  SLUICE_ASSIGN_OR_RETURN(const NativeEvent event, call.answer());
  size_t count = 0;
  const auto** groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(
      rd_kafka_event_AlterConsumerGroupOffsets_result(event.get()), &count);
  return check_group(call, groups, count);
}

Status NativeAdmin::try_delete_offsets(const std::string& group, const std::set<TopicPartition>& partitions,
                                       milliseconds timeout) {
  if (partitions.empty()) return {};
  const Call call(*client_, errors_, RD_KAFKA_ADMIN_OP_DELETECONSUMERGROUPOFFSETS, timeout,
                  fmt::format("Delete offsets of group {}", group));
  const PartitionList list = to_native(partitions);
  auto* wanted = rd_kafka_DeleteConsumerGroupOffsets_new(group.c_str(), list.get());
  rd_kafka_DeleteConsumerGroupOffsets(client_.get(), &wanted, 1, call.options(), call.queue());
  rd_kafka_DeleteConsumerGroupOffsets_destroy(wanted);
  SLUICE_ASSIGN_OR_RETURN(const NativeEvent event, call.answer());
  size_t count = 0;
  const auto** groups = rd_kafka_DeleteConsumerGroupOffsets_result_groups(
      rd_kafka_event_DeleteConsumerGroupOffsets_result(event.get()), &count);
  return check_group(call, groups, count);
}

Status NativeAdmin::try_delete_group(const std::string& group, milliseconds timeout) {
  const Call call(*client_, errors_, RD_KAFKA_ADMIN_OP_DELETEGROUPS, timeout,
                  fmt::format("Delete group {}", group));
  auto* wanted = rd_kafka_DeleteGroup_new(group.c_str());
  rd_kafka_DeleteGroups(client_.get(), &wanted, 1, call.options(), call.queue());
  rd_kafka_DeleteGroup_destroy(wanted);
  SLUICE_ASSIGN_OR_RETURN(const NativeEvent event, call.answer());
  size_t count = 0;
  const auto** groups =
      rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event.get()), &count);
  return check_group(call, groups, count);
}

}  // namespace

Result<std::unique_ptr<Admin>> make_admin(const ClientConfig& config) {
  SLUICE_ASSIGN_OR_RETURN(NativeClient client, make_native_client(config, RD_KAFKA_EVENT_ERROR, nullptr));
  return std::unique_ptr<Admin>(std::make_unique<NativeAdmin>(std::move(client)));
}

}  // namespace sluice::kafka
