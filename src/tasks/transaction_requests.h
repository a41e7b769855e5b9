#pragma once
// What a source task wants of its transactions (org.apache.kafka.connect.runtime.WorkerTransactionContext):
// noted while it polls, taken by the runner for the batch that the poll returned. On the task's thread.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sdk/source.h"

namespace sluice::tasks {

class TransactionRequests final : public sdk::TransactionContext {
 public:
  void commit_transaction() override { commit_batch_ = true; }
  void commit_transaction(uint32_t after_record) override { commits_.insert(after_record); }
  void abort_transaction() override { abort_batch_ = true; }
  void abort_transaction(uint32_t after_record) override { aborts_.insert(after_record); }

  enum class Cut : uint8_t { kCommit, kAbort };
  struct Cuts {
    std::vector<std::pair<uint32_t, Cut>> after_records;  // in order of the records
    std::optional<Cut> after_batch;
  };
  /// Forgets them. Error kind kFailed when both were asked for in one place.
  Result<Cuts> take() {
    Cuts cuts;
    const bool both = commit_batch_ && abort_batch_;
    if (commit_batch_) cuts.after_batch = Cut::kCommit;
    if (abort_batch_) cuts.after_batch = Cut::kAbort;
    std::optional<uint32_t> twice;
    for (const uint32_t record : commits_) {
      cuts.after_records.emplace_back(record, Cut::kCommit);
      if (aborts_.contains(record)) twice = record;
    }
    for (const uint32_t record : aborts_) cuts.after_records.emplace_back(record, Cut::kAbort);
    std::sort(cuts.after_records.begin(), cuts.after_records.end());
    commit_batch_ = abort_batch_ = false;
    commits_.clear();
    aborts_.clear();
    if (both) return illegal("Connector requested both commit and abort of same transaction");
    if (twice) {
      return illegal("Connector requested both commit and abort of same record: the one at index " +
                     std::to_string(*twice) + " of the batch");
    }
    return cuts;
  }

 private:
  static Error illegal(std::string message) {
    return failed(std::move(message)).as_java("java.lang.IllegalStateException");
  }

  bool commit_batch_ = false;
  bool abort_batch_ = false;
  std::set<uint32_t> commits_;
  std::set<uint32_t> aborts_;
};

}  // namespace sluice::tasks
