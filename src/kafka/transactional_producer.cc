#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>

#include "kafka/error_map.h"
#include "kafka/native_producer.h"
#include "kafka/producer.h"

namespace sluice::kafka {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kDrainTick{1000};
constexpr milliseconds kBrokersTimeout{2000};
constexpr int64_t kInFlightMax = 5;

class NativeTransactionalProducer final : public TransactionalProducer {
 public:
  NativeTransactionalProducer(NativeClient client, const ClientConfig& config, std::string transactional_id)
      : producer_(std::move(client), config), id_(std::move(transactional_id)) {}

  Result<size_t> send(std::span<const OutgoingMessage> messages, uint64_t first_sequence) override {
    return producer_.send(messages, first_sequence);
  }

  void poll_acks(milliseconds timeout, Acks& acks) override {
    const bool has_news = !drained_.empty();
    acks.acked.insert(acks.acked.end(), drained_.acked.begin(), drained_.acked.end());
    acks.failed.insert(acks.failed.end(), drained_.failed.begin(), drained_.failed.end());
    drained_.clear();
    producer_.poll_acks(has_news ? milliseconds(0) : timeout, acks);
  }

  size_t in_flight() const override { return producer_.in_flight(); }
  void purge() override { producer_.purge(); }

  Status init_transactions(milliseconds timeout) override {
    await_brokers(timeout);
    return to_status(rd_kafka_init_transactions(producer_.client(), to_timeout(timeout)),
                     "Init transactions");
  }

  Status begin_transaction() override {
    return to_status(rd_kafka_begin_transaction(producer_.client()), "Begin a transaction");
  }

  Status send_offsets(const CommitOffsets& offsets, const std::string& group, milliseconds timeout) override {
    const PartitionList partitions = to_native(offsets);
    const std::unique_ptr<rd_kafka_consumer_group_metadata_t,
                          decltype(&rd_kafka_consumer_group_metadata_destroy)>
        metadata(rd_kafka_consumer_group_metadata_new(group.c_str()),
                 &rd_kafka_consumer_group_metadata_destroy);
    return while_draining("Send offsets", [this, &partitions, &metadata, timeout] {
      return rd_kafka_send_offsets_to_transaction(producer_.client(), partitions.get(), metadata.get(),
                                                  to_timeout(timeout));
    });
  }

  Status commit_transaction(milliseconds timeout) override {
    return while_draining("Commit the transaction", [this, timeout] {
      return rd_kafka_commit_transaction(producer_.client(), to_timeout(timeout));
    });
  }

  Status abort_transaction(milliseconds timeout) override {
    return while_draining("Abort the transaction", [this, timeout] {
      return rd_kafka_abort_transaction(producer_.client(), to_timeout(timeout));
    });
  }

 private:
  // While no broker is connected and known by its number, the library looks for a coordinator only every half
  // second. With the brokers known it takes some 30 ms. What fails here fails again below, with its reason.
  void await_brokers(milliseconds timeout) {
    const struct rd_kafka_metadata* brokers = nullptr;
    const auto wait = std::min(timeout, kBrokersTimeout);
    if (rd_kafka_metadata(producer_.client(), 0, nullptr, &brokers, to_timeout(wait)) ==
        RD_KAFKA_RESP_ERR_NO_ERROR) {
      rd_kafka_metadata_destroy(brokers);
    }
  }

  // The library waits until every delivery report has been taken, and reports come as events: somebody else
  // has to take them meanwhile. The next poll_acks() hands them on.
  Status while_draining(std::string_view what, const std::function<rd_kafka_error_t*()>& call) {
    producer_.poll_acks(milliseconds(0), drained_);
    if (producer_.in_flight() == 0) return to_status(call(), what);
    std::atomic<bool> done = false;
    std::thread drainer([this, &done] {
      while (!done.load()) producer_.poll_acks(kDrainTick, drained_);
    });
    rd_kafka_error_t* error = call();
    done.store(true);
    producer_.wake_poll();
    drainer.join();
    producer_.poll_acks(milliseconds(0), drained_);
    return to_status(error, what);
  }

  Status to_status(rd_kafka_error_t* raw, std::string_view what) const {
    const NativeError native(raw);
    if (native == nullptr) return {};
    const Error error = to_error(*native, fmt::format("{} of transactional id {}", what, id_));
    if (error.kind() == ErrorKind::kFenced || error.kind() == ErrorKind::kBadConfig) return error;
    // Whatever made a send fail, it is the transaction that failed: abort it, the producer can go on.
    const bool must_abort = rd_kafka_error_txn_requires_abort(native.get()) != 0;
    if (!must_abort && error.kind() == ErrorKind::kRetry) return error;
    return failed(error.message()).as_java(error.exception_class());
  }

  NativeProducer producer_;
  const std::string id_;
  Acks drained_;
};

void set(ClientConfig& config, std::string_view name, std::string value) {
  for (auto& [key, current] : config.settings) {
    if (key != name) continue;
    current = std::move(value);
    return;
  }
  config.settings.emplace_back(name, std::move(value));
}

void cap(ClientConfig& config, std::string_view name, int64_t most, bool zero_is_unlimited = false) {
  const int64_t value = native_number(config, name);
  if (value > most || (zero_is_unlimited && value == 0)) set(config, name, std::to_string(most));
}

// What the library demands of a transactional producer and Java does by itself.
Status make_transactional(ClientConfig& config, const std::string& transactional_id) {
  for (const auto& [name, value] : config.settings) {
    if (name == "acks" && value != "all" && value != "-1") {
      return bad_config(
          "Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee "
          "idempotence.");
    }
  }
  set(config, "transactional.id", transactional_id);
  set(config, "enable.idempotence", "true");
  cap(config, "max.in.flight.requests.per.connection", kInFlightMax);
  const int64_t timeout = native_number(config, "transaction.timeout.ms");
  cap(config, "delivery.timeout.ms", timeout, /*zero_is_unlimited=*/true);
  cap(config, "socket.timeout.ms", timeout);
  return {};
}

}  // namespace

Result<std::unique_ptr<TransactionalProducer>> make_transactional_producer(
    const ClientConfig& config, const std::string& transactional_id) {
  ClientConfig own = config;
  SLUICE_RETURN_IF_ERROR(make_transactional(own, transactional_id));
  SLUICE_ASSIGN_OR_RETURN(NativeClient client,
                          make_native_client(own, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR, nullptr));
  return std::unique_ptr<TransactionalProducer>(
      std::make_unique<NativeTransactionalProducer>(std::move(client), own, transactional_id));
}

}  // namespace sluice::kafka
