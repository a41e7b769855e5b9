#include "store/topic_offset_store.h"

#include <fmt/format.h>

#include <future>
#include <utility>

namespace sluice::store {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

// The reader and the writer keep to the time themselves; this is for the case that they hang in a call.
constexpr milliseconds kGrace{2'000};

/// Waits for the one outcome of an asynchronous call.
class Outcome {
 public:
  std::function<void(const Status&)> taker() {
    return [promise = promise_](const Status& status) { promise->set_value(status); };
  }
  Status wait(milliseconds timeout, const std::string& topic) {
    if (future_.wait_for(timeout + kGrace) == std::future_status::ready) return future_.get();
    return retriable(fmt::format("No answer about the offsets topic {} in time", topic))
        .as_java("org.apache.kafka.common.errors.TimeoutException");
  }

 private:
  std::shared_ptr<std::promise<Status>> promise_ = std::make_shared<std::promise<Status>>();
  std::future<Status> future_ = promise_->get_future();
};

}  // namespace

TopicOffsetStore::TopicOffsetStore(kafka::LogConfig config)
    : topic_(config.topic),
      reader_({config.topic, std::move(config.consumer), std::move(config.admin), std::move(config.prepare)},
              [this](std::span<const kafka::LogRecord> records) {
                const std::lock_guard lock(mutex_);
                for (const kafka::LogRecord& record : records) table_.apply(record.key, record.value);
              }),
      writer_({config.topic, std::move(config.producer), kafka::ClientConfig{},
               [this](SteadyClock::time_point until) { return reader_.await_open(until); }}) {}

TopicOffsetStore::~TopicOffsetStore() { reader_.abandon(); }

Status TopicOffsetStore::refresh(milliseconds timeout) {
  Outcome outcome;
  const auto until = SteadyClock::now() + timeout;
  writer_.after_all(until, [this, until, taker = outcome.taker()](const Status& written) {
    written.ok() ? reader_.read_to_end(until, taker) : taker(written);
  });
  const Status status = outcome.wait(timeout, topic_);
  if (status.ok()) return status;
  return status.error().with_context("Failed to read from the offsets topic");
}

Result<std::optional<std::string>> TopicOffsetStore::get(const std::string& key) {
  const std::lock_guard lock(mutex_);
  return table_.get(key);
}

Result<std::vector<PartitionOffset>> TopicOffsetStore::partitions(const std::string& connector) {
  const std::lock_guard lock(mutex_);
  return table_.partitions(connector);
}

OffsetEntries TopicOffsetStore::as_stored(const OffsetEntries& entries) const {
  const std::lock_guard lock(mutex_);
  return table_.as_stored(entries);
}

void TopicOffsetStore::note_written(const OffsetEntries& stored) {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, value] : stored) table_.apply(key, value);
}

Status TopicOffsetStore::set(const OffsetEntries& entries, milliseconds timeout) {
  const OffsetEntries stored = as_stored(entries);
  std::vector<kafka::LogEntry> records;
  records.reserve(stored.size());
  for (const auto& [key, value] : stored) records.push_back({key, value});
  Outcome outcome;
  writer_.append(std::move(records), SteadyClock::now() + timeout, outcome.taker());
  SLUICE_RETURN_IF_ERROR(outcome.wait(timeout, topic_));
  note_written(stored);
  return {};
}

}  // namespace sluice::store
