#include "kafka/producer.h"

#include "kafka/native_producer.h"

namespace sluice::kafka {
namespace {

class PlainProducer final : public Producer {
 public:
  explicit PlainProducer(NativeClient client, const ClientConfig& config)
      : producer_(std::move(client), config) {}

  Result<size_t> send(std::span<const OutgoingMessage> messages, uint64_t first_sequence) override {
    return producer_.send(messages, first_sequence);
  }
  void poll_acks(std::chrono::milliseconds timeout, Acks& acks) override {
    producer_.poll_acks(timeout, acks);
  }
  size_t in_flight() const override { return producer_.in_flight(); }
  void purge() override { producer_.purge(); }

 private:
  NativeProducer producer_;
};

}  // namespace

Result<std::unique_ptr<Producer>> make_producer(const ClientConfig& config) {
  SLUICE_ASSIGN_OR_RETURN(NativeClient client,
                          make_native_client(config, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR, nullptr));
  return std::unique_ptr<Producer>(std::make_unique<PlainProducer>(std::move(client), config));
}

}  // namespace sluice::kafka
