#include "kafka/native_consumer.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/log.h"
#include "kafka/error_map.h"

namespace sluice::kafka {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds kDestructorCloseTimeout{1000};

std::string native_text(const ClientConfig& config, std::string_view name) {
  for (const auto& [key, value] : config.settings) {
    if (key == name) return value;
  }
  return {};
}

// Called by the library's own thread when a commit result is queued.
void interrupt_poll(rd_kafka_t* /*client*/, void* consumer_queue) {
  rd_kafka_queue_yield(static_cast<rd_kafka_queue_t*>(consumer_queue));
}

}  // namespace

Result<std::unique_ptr<Consumer>> NativeConsumer::make(const ClientConfig& config) {
  std::unique_ptr<NativeConsumer> consumer(new NativeConsumer(config));
  SLUICE_ASSIGN_OR_RETURN(NativeClient client,
                          make_native_client(config, RD_KAFKA_EVENT_OFFSET_COMMIT, consumer.get()));
  consumer->attach(std::move(client));
  consumer->watch_ = std::make_unique<TopicWatch>(*consumer->client_, config);
  return std::unique_ptr<Consumer>(std::move(consumer));
}

NativeConsumer::NativeConsumer(const ClientConfig& config)
    : has_group_(config.has_group),
      group_(native_text(config, "group.id")),
      reset_policy_(native_text(config, "auto.offset.reset")) {}

void NativeConsumer::attach(NativeClient client) {
  client_ = std::move(client);
  // Errors and rebalances then arrive where the messages do.
  rd_kafka_poll_set_consumer(client_.get());
  queue_.reset(rd_kafka_queue_get_consumer(client_.get()));
  commit_queue_.reset(rd_kafka_queue_new(client_.get()));
  rd_kafka_queue_cb_event_enable(commit_queue_.get(), interrupt_poll, queue_.get());
}

NativeConsumer::~NativeConsumer() {
  if (client_ == nullptr) return;
  static_cast<void>(close(kDestructorCloseTimeout).ok());
  rd_kafka_queue_cb_event_enable(commit_queue_.get(), nullptr, nullptr);
}

std::string NativeConsumer::group_text() const {
  return has_group_ ? fmt::format("group {}", group_) : std::string("a consumer without group.id");
}

Status NativeConsumer::subscribe(const std::vector<std::string>& topics, RebalanceListener& listener) {
  if (!has_group_)
    return bad_config("Cannot subscribe without group.id")
        .as_java("org.apache.kafka.common.errors.InvalidGroupIdException");
  listener_ = &listener;
  return watch_->subscribe(std::set<std::string>(topics.begin(), topics.end()));
}

Status NativeConsumer::subscribe_pattern(const std::string& pattern, RebalanceListener& listener) {
  if (!has_group_)
    return bad_config("Cannot subscribe without group.id")
        .as_java("org.apache.kafka.common.errors.InvalidGroupIdException");
  SLUICE_ASSIGN_OR_RETURN(JavaRegex compiled, JavaRegex::compile(pattern));
  listener_ = &listener;
  watch_->subscribe(std::move(compiled));
  return {};
}

Status NativeConsumer::assign(const CommitOffsets& partitions_from) {
  PartitionList list = to_native(partitions_from);
  std::set<TopicPartition> unknown;
  for (const auto& [partition, from] : partitions_from) {
    if (from.offset < 0 && from.offset != kFromBeginning) unknown.insert(partition);
  }
  if (!unknown.empty() && !has_group_) {
    if (reset_policy_ == "error") {
      return bad_config(
          fmt::format("No start offset for {}-{}: there is no group.id, and auto.offset.reset is none",
                      unknown.begin()->topic, unknown.begin()->partition));
    }
    for (int i = 0; i < list->cnt; ++i) {
      if (list->elems[i].offset != RD_KAFKA_OFFSET_INVALID) continue;
      list->elems[i].offset = reset_policy_ == "earliest" ? RD_KAFKA_OFFSET_BEGINNING : RD_KAFKA_OFFSET_END;
    }
  }
  const auto code = rd_kafka_assign(client_.get(), list.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return to_error(code, "Cannot assign partitions");
  assignment_.clear();
  states_.clear();
  note_assigned(partitions_from);
  return {};
}

Status NativeConsumer::assign_more(const CommitOffsets& partitions_from) {
  const PartitionList list = to_native(partitions_from);
  const NativeError error(rd_kafka_incremental_assign(client_.get(), list.get()));
  if (error != nullptr) return to_error(*error, "Cannot assign more partitions");
  note_assigned(partitions_from);
  return {};
}

void NativeConsumer::note_assigned(const CommitOffsets& partitions_from) {
  for (const auto& [partition, from] : partitions_from) {
    assignment_.insert(partition);
    PartitionState& state = states_[partition];
    state.next_offset = from.offset < 0 ? -1 : from.offset;
    state.from_beginning = from.offset == kFromBeginning;
    state.started = true;
  }
}

void NativeConsumer::wakeup() {
  interrupted_.store(true, std::memory_order_relaxed);
  rd_kafka_queue_yield(queue_.get());
}

// From within a callback on the polling thread: the poll under way ends as soon as nothing more is queued.
void NativeConsumer::interrupt() { wakeup(); }

Status NativeConsumer::poll(milliseconds timeout, size_t messages_max, MessageBatch& batch) {
  batch.clear();
  if (closed_) return closed("The consumer is closed");
  if (final_error_) return *final_error_;
  if (idle_owner_ == nullptr || idle_owner_->messages_max() < messages_max) {
    idle_owner_ = std::make_shared<MessageOwner>(client_, names_, std::max<size_t>(messages_max, 1));
  }
  const auto deadline = SteadyClock::now() + std::max(timeout, milliseconds(0));
  idle_owner_->fetch(*queue_, 0, messages_max);
  while (idle_owner_->count() == 0 && !interrupted_.exchange(false, std::memory_order_relaxed)) {
    auto now = SteadyClock::now();
    if (now >= watch_->due()) {
      SLUICE_RETURN_IF_ERROR(watch_->refresh());
      now = SteadyClock::now();
    }
    if (now >= deadline) break;
    const auto wait = std::chrono::ceil<milliseconds>(std::min(deadline, watch_->due()) - now);
    idle_owner_->fetch(*queue_, to_timeout(wait), messages_max);
    collect_commit_results();
    if (!commit_results_.empty() || next_error_ || final_error_) break;
  }
  collect_commit_results();
  if (idle_owner_->count() > 0) hand_out(std::exchange(idle_owner_, nullptr), batch);
  if (!batch.messages.empty()) return {};
  if (final_error_) return *final_error_;
  if (next_error_) return *std::exchange(next_error_, std::nullopt);
  return {};
}

void NativeConsumer::hand_out(const std::shared_ptr<MessageOwner>& owner, MessageBatch& batch) {
  batch.messages.reserve(owner->count());
  const rd_kafka_topic_t* topic = nullptr;
  int32_t partition = -1;
  std::string_view name;
  PartitionState* state = nullptr;
  for (size_t i = 0; i < owner->count(); ++i) {
    const rd_kafka_message_t& message = owner->message(i);
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) [[unlikely]] {
      take_message_error(message);
      continue;
    }
    if (message.rkt != topic || message.partition != partition) {
      topic = message.rkt;
      partition = message.partition;
      name = names_->intern(rd_kafka_topic_name(message.rkt));
      const auto found = states_.find(TopicPartition{std::string(name), partition});
      state = found == states_.end() ? nullptr : &found->second;
    }
    if (state == nullptr) continue;  // revoked meanwhile
    if (state->paused) {
      if (state->rewind_to < 0) state->rewind_to = message.offset;
      any_paused_message_ = true;
      continue;
    }
    if (message.offset < state->next_offset) [[unlikely]]
      tell_gone_back(message, state->next_offset);
    state->next_offset = message.offset + 1;
    owner->append(message, name, batch);
  }
  owner->finish(batch);
  if (!batch.messages.empty()) batch.owner = owner;
  if (any_paused_message_) rewind_paused();
}

// auto.offset.reset has taken the position back: the topic was made anew, or brokers have lost its end.
void NativeConsumer::tell_gone_back(const rd_kafka_message_t& message, int64_t position) {
  log::warn("{}-{} goes on at offset {}, it was at {}: the topic was deleted and created anew, or cut off",
            rd_kafka_topic_name(message.rkt), message.partition, message.offset, position);
}

// Messages that came although their partition is paused will come again after resume().
void NativeConsumer::rewind_paused() {
  any_paused_message_ = false;
  for (auto& [partition, state] : states_) {
    if (state.rewind_to < 0) continue;
    const int64_t offset = std::exchange(state.rewind_to, -1);
    state.next_offset = offset;
    const Status sought = native_seek(partition, offset, milliseconds(1000));
    if (!sought.ok() && !next_error_) next_error_ = sought.error();
  }
}

void NativeConsumer::take_message_error(const rd_kafka_message_t& message) {
  const char* text = static_cast<const char*>(message.payload);
  const std::string topic = message.rkt == nullptr ? std::string() : rd_kafka_topic_name(message.rkt);
  switch (message.err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      return;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
      if (!topic.empty()) watch_->note_missing(topic);
      return;
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
      log::warn(
          "Consumer poll timeout has expired in {}: the time between polls was longer than "
          "max.poll.interval.ms. "
          "Its partitions went to other members; it rejoins now",
          group_text());
      return;
    default:
      break;
  }
  const std::string detail = text == nullptr ? std::string() : std::string(text, message.len);
  if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
      message.err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
    next_error_ =
        to_error(message.err, fmt::format("Cannot start at {}-{}", topic, message.partition), detail);
    return;
  }
  on_error(message.err, detail.empty() ? rd_kafka_err2str(message.err) : detail.c_str());
}

void NativeConsumer::on_error(rd_kafka_resp_err_t code, const char* text) {
  if (code == RD_KAFKA_RESP_ERR__FATAL) {
    std::array<char, 512> cause{};
    code = rd_kafka_fatal_error(client_.get(), cause.data(), cause.size());
    final_error_ = to_error(code, group_text(), cause.data());
    if (final_error_->kind() == ErrorKind::kRetry) final_error_ = failed(final_error_->message());
    interrupt();
    return;
  }
  // Nobody asked for the group of a consumer that has none.
  if (!has_group_ && code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) return;
  if (ends_client(code, text)) {
    next_error_ = to_error(code, group_text(), text);
    interrupt();
    return;
  }
  log::debug("Consumer of {}: {}", group_text(), text);
}

void NativeConsumer::collect_commit_results() {
  while (NativeEvent event{rd_kafka_queue_poll(commit_queue_.get(), 0)}) {
    if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_OFFSET_COMMIT) continue;
    CommitResult result{reinterpret_cast<uint64_t>(rd_kafka_event_opaque(event.get())), {}};
    const std::string what = fmt::format("Commit offsets of {}", group_text());
    const auto code = rd_kafka_event_error(event.get());
    const auto* list = rd_kafka_event_topic_partition_list(event.get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      result.status = to_error(code, what);
    } else if (list != nullptr) {
      result.status = first_error(*list, what);
    }
    commit_results_.push_back(std::move(result));
  }
}

std::vector<CommitResult> NativeConsumer::take_commit_results() { return std::exchange(commit_results_, {}); }

uint64_t NativeConsumer::commit_async(const CommitOffsets& offsets) {
  const uint64_t id = ++last_commit_;
  auto code = RD_KAFKA_RESP_ERR__UNKNOWN_GROUP;
  if (offsets.empty()) {
    commit_results_.push_back({id, {}});
    return id;
  }
  if (final_error_) {
    commit_results_.push_back({id, *final_error_});
    return id;
  }
  if (has_group_ && !closed_) {
    const PartitionList list = to_native(offsets);
    // The library hands back a pointer, and only that. NOLINTNEXTLINE(performance-no-int-to-ptr)
    void* const opaque = reinterpret_cast<void*>(id);
    code = rd_kafka_commit_queue(client_.get(), list.get(), commit_queue_.get(), nullptr, opaque);
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    commit_results_.push_back({id, to_error(code, fmt::format("Commit offsets of {}", group_text()))});
  }
  return id;
}

Status NativeConsumer::commit_sync(const CommitOffsets& offsets, milliseconds timeout) {
  if (offsets.empty()) return {};
  const std::string what = fmt::format("Commit offsets of {}", group_text());
  if (!has_group_) return to_error(RD_KAFKA_RESP_ERR__UNKNOWN_GROUP, what);
  if (final_error_) return final_error_->with_context(what);
  const NativeQueue answers(rd_kafka_queue_new(client_.get()));
  const PartitionList list = to_native(offsets);
  const auto code = rd_kafka_commit_queue(client_.get(), list.get(), answers.get(), nullptr, nullptr);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return to_error(code, what);
  const NativeEvent event{rd_kafka_queue_poll(answers.get(), to_timeout(timeout))};
  if (event == nullptr) {
    return to_error(RD_KAFKA_RESP_ERR__TIMED_OUT, what,
                    fmt::format("no answer within {} ms", timeout.count()));
  }
  const auto answer = rd_kafka_event_error(event.get());
  if (answer != RD_KAFKA_RESP_ERR_NO_ERROR) return to_error(answer, what);
  const auto* partitions = rd_kafka_event_topic_partition_list(event.get());
  return partitions == nullptr ? Status() : first_error(*partitions, what);
}

Result<CommitOffsets> NativeConsumer::committed(const std::set<TopicPartition>& partitions,
                                                milliseconds timeout) {
  if (partitions.empty()) return CommitOffsets();
  const std::string what = fmt::format("Read committed offsets of {}", group_text());
  if (!has_group_) return to_error(RD_KAFKA_RESP_ERR__UNKNOWN_GROUP, what);
  const PartitionList list = to_native(partitions);
  const auto code = rd_kafka_committed(client_.get(), list.get(), to_timeout(timeout));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return to_error(code, what);
  return to_offsets(*list, what);
}

Status NativeConsumer::close(milliseconds timeout) {
  if (closed_) return {};
  closed_ = true;
  if (final_error_ && !assignment_.empty()) {
    // Another instance has the partitions already; the library tells nobody then.
    const std::set<TopicPartition> lost = assignment_;
    if (listener_ != nullptr) listener_->lost(lost);
    forget(lost);
  }
  Status status = finish_close(timeout);
  collect_commit_results();
  assignment_.clear();
  states_.clear();
  return status;
}

Status NativeConsumer::finish_close(milliseconds timeout) {
  const NativeQueue events(rd_kafka_queue_new(client_.get()));
  const NativeError refused(rd_kafka_consumer_close_queue(client_.get(), events.get()));
  if (refused != nullptr) {
    return final_error_ ? Status()
                        : Status(to_error(*refused, fmt::format("Close the consumer of {}", group_text())));
  }
  const auto deadline = SteadyClock::now() + timeout;
  while (rd_kafka_consumer_closed(client_.get()) == 0) {
    const auto now = SteadyClock::now();
    if (now >= deadline) {
      return to_error(RD_KAFKA_RESP_ERR__TIMED_OUT, fmt::format("Close the consumer of {}", group_text()),
                      fmt::format("not done within {} ms", timeout.count()));
    }
    // Calls back on_rebalance(); messages that still come are dropped.
    MessageOwner dropped(client_, names_, 1);
    dropped.fetch(*events, to_timeout(std::chrono::ceil<milliseconds>(deadline - now)), 1);
  }
  return {};
}

}  // namespace sluice::kafka
