#pragma once
// For this room's tests: a producer, a status listener and a memory of offsets that do what a test tells
// them.

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kafka/producer.h"
#include "sdk/config/config_def.h"
#include "sdk/data/schema.h"
#include "store/offset_store.h"
#include "tasks/record_pipeline.h"
#include "tasks/status.h"

namespace sluice::tasks {

/// Text values as they are; fails on values of other kinds.
class TextConverter final : public sdk::Converter {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef def;
    return def;
  }
  Status configure(const sdk::Properties&, sdk::ConverterRole) override { return {}; }
  void from_data(std::span<const sdk::DataItem> items, sdk::Arena&, std::span<BytesView> out,
                 sdk::RecordErrors& errors) override {
    for (size_t i = 0; i < items.size(); ++i) {
      if (items[i].value.is_null()) {
        out[i] = kNullBytes;
      } else if (items[i].value.kind() == sdk::Kind::kString) {
        out[i] = items[i].value.as_string();
      } else {
        errors.add(i, bad_record("not text"));
      }
    }
  }
  void to_data(std::span<const sdk::BytesItem> items, sdk::Arena&, std::span<sdk::SchemaAndValue> out,
               sdk::RecordErrors& errors) override {
    for (size_t i = 0; i < items.size(); ++i) {
      if (items[i].bytes == "bad") {
        errors.add(i, bad_record("bad bytes"));
      } else if (!is_null(items[i].bytes)) {
        out[i] = {sdk::Schema::string().get(), sdk::Value::string(items[i].bytes)};
      }
    }
  }
};

class NoHeaderConverter final : public sdk::HeaderConverter {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef def;
    return def;
  }
  Status configure(const sdk::Properties&) override { return {}; }
  Result<BytesView> from_data(std::string_view, std::string_view, const sdk::Schema*, const sdk::Value&,
                              sdk::Arena&) override {
    return kNullBytes;
  }
  Result<sdk::SchemaAndValue> to_data(std::string_view, std::string_view, BytesView, sdk::Arena&) override {
    return sdk::SchemaAndValue{};
  }
};

inline std::unique_ptr<RecordPipeline> text_pipeline(const StopSignal& stop,
                                                     ErrorPolicyOptions options = {}) {
  ConverterSet converters;
  converters.key = std::make_unique<TextConverter>();
  converters.value = std::make_unique<TextConverter>();
  converters.header = std::make_unique<NoHeaderConverter>();
  return std::make_unique<RecordPipeline>(std::move(converters), TransformChain(),
                                          std::make_unique<ErrorPolicy>(options, system_clock(), stop));
}

/// Remembers the last state of each task and lets a test wait for one.
class RecordingListener final : public StatusListener {
 public:
  void connector_changed(const std::string&, State, const std::string&) override {}
  void task_changed(const TaskId&, State state, const std::string& trace) override {
    {
      std::lock_guard lock(mutex_);
      states_.push_back(state);
      trace_ = trace;
    }
    changed_.notify_all();
  }
  bool wait_for(State state) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30),
                             [&] { return !states_.empty() && states_.back() == state; });
  }
  std::vector<State> states() const {
    std::lock_guard lock(mutex_);
    return states_;
  }
  std::string trace() const {
    std::lock_guard lock(mutex_);
    return trace_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<State> states_;
  std::string trace_;
};

class MemoryOffsetStore final : public store::OffsetStore {
 public:
  Result<std::optional<std::string>> get(const std::string& key) override {
    std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    return found == entries_.end() ? std::nullopt : found->second;
  }
  Status set(const store::OffsetEntries& entries, std::chrono::milliseconds) override {
    std::lock_guard lock(mutex_);
    if (std::exchange(fail_next_, false)) return retriable("the disk is full");
    for (const auto& [key, value] : entries) entries_[key] = value;
    return {};
  }
  void fail_next() {
    std::lock_guard lock(mutex_);
    fail_next_ = true;
  }

 private:
  std::mutex mutex_;
  store::OffsetEntries entries_;
  bool fail_next_ = false;
};

/// Takes messages; acknowledges what the test says, or everything at once.
class FakeProducer final : public kafka::Producer {
 public:
  /// Shared with the test, which outlives the producer.
  struct State {
    std::mutex mutex;
    std::vector<std::string> values;  // in order of sending
    std::vector<uint64_t> unacknowledged;
    bool acknowledge_at_once = true;
    size_t room = 1'000'000;            // messages in flight at most
    std::optional<std::string> refuse;  // a value that send() refuses
    std::optional<std::string> fail;    // a value whose delivery fails
    std::vector<kafka::FailedSend> failed;
  };
  explicit FakeProducer(State& state) : state_(state) {}

  Result<size_t> send(std::span<const kafka::OutgoingMessage> messages, uint64_t first_sequence) override {
    std::lock_guard lock(state_.mutex);
    size_t taken = 0;
    while (taken < messages.size() && state_.unacknowledged.size() < state_.room) {
      const std::string value(messages[taken].value);
      if (state_.refuse == value) {
        if (taken > 0) break;
        return bad_record("message too large");
      }
      if (state_.fail == value) {
        state_.failed.push_back({first_sequence + taken, failed("not authorized")});
      } else {
        state_.values.push_back(value);
        state_.unacknowledged.push_back(first_sequence + taken);
      }
      ++taken;
    }
    return taken;
  }
  void poll_acks(std::chrono::milliseconds timeout, kafka::Acks& acks) override {
    std::lock_guard lock(state_.mutex);
    for (auto& failure : std::exchange(state_.failed, {})) acks.failed.push_back(std::move(failure));
    if (!state_.acknowledge_at_once) return;
    static_cast<void>(timeout);
    for (const uint64_t sequence : std::exchange(state_.unacknowledged, {}))
      acks.acked.push_back({sequence, 1});
  }
  size_t in_flight() const override {
    std::lock_guard lock(state_.mutex);
    return state_.unacknowledged.size();
  }
  void purge() override {}

 private:
  State& state_;
};

}  // namespace sluice::tasks
