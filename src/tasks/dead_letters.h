#pragma once
// The dead letter queue of a sink task (KIP-298): the original bytes and headers of a record that failed,
// with what went wrong in `__connect.errors.*` headers. Used on the task's thread.

#include <map>
#include <memory>
#include <string>

#include "kafka/admin.h"
#include "kafka/producer.h"
#include "tasks/client_settings.h"
#include "tasks/error_policy.h"

namespace sluice::tasks {

struct DeadLetterOptions {
  std::string topic;
  int16_t replication_factor = 3;
  bool context_headers = false;
};

/// Creates the topic (one partition) unless it exists. Error kind kFailed names the topic.
Status ensure_dead_letter_topic(kafka::Admin& admin, const DeadLetterOptions& options);

class DeadLetterQueue final : public ErrorReporter {
 public:
  DeadLetterQueue(std::unique_ptr<kafka::Producer> producer, DeadLetterOptions options, TaskId task,
                  ErrorMetrics metrics = {});
  ~DeadLetterQueue() override;

  void report(const FailureContext& failure) override;
  void await(std::chrono::milliseconds timeout) override;

 private:
  /// Holds the bytes of a letter until it is acknowledged.
  struct Letter {
    std::shared_ptr<const void> owner;
    std::vector<std::string> texts;
    std::vector<RawHeader> headers;
  };
  Letter make_letter(const FailureContext& failure) const;
  void send(const kafka::OutgoingMessage& message, Letter letter);
  void take_acks(std::chrono::milliseconds timeout);
  void tell_failure(const Error& error);

  std::unique_ptr<kafka::Producer> producer_;
  const DeadLetterOptions options_;
  const TaskId task_;
  const ErrorMetrics metrics_;
  uint64_t next_sequence_ = 0;
  std::map<uint64_t, Letter> letters_;
};

}  // namespace sluice::tasks
