#pragma once
// Settles what went wrong in one batch-wise stage: retries record by record, then the error policy, then
// marks what is skipped. On the task's thread.

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "sdk/record_outcome.h"
#include "tasks/error_policy.h"

namespace sluice::tasks {

/// Completes a report with what the record stems from (a polled record or a consumed message).
class Origins {
 public:
  virtual ~Origins() = default;
  virtual FailureContext failure(Stage stage, std::string_view class_name, const Error& error,
                                 uint32_t origin) = 0;
};

class StageRunner {
 public:
  StageRunner(ErrorPolicy& policy, Origins& origins) : policy_(policy), origins_(origins) {}

  struct StageOf {
    Stage stage;
    std::string_view class_name;
  };
  /// `again(i)` repeats the stage for item i alone (empty: success); `origin(i)` tells where item i stems
  /// from. Sets skipped[i] for items that go no further. An error fails the task.
  Status settle(const StageOf& stage, const sdk::RecordErrors& errors,
                const std::function<std::optional<Error>(size_t)>& again,
                const std::function<uint32_t(size_t)>& origin, std::span<uint8_t> skipped);

 private:
  ErrorPolicy& policy_;
  Origins& origins_;
};

/// Removes items[i] where removed[i]; keeps the order.
template <typename T>
void remove_marked(std::vector<T>& items, std::span<const uint8_t> removed) {
  size_t kept = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    if (removed[i] != 0) continue;
    if (kept != i) items[kept] = std::move(items[i]);
    ++kept;
  }
  items.erase(items.begin() + static_cast<ptrdiff_t>(kept), items.end());
}

/// The error of an RecordErrors over one item, if there is one.
std::optional<Error> first_error(const sdk::RecordErrors& errors);

}  // namespace sluice::tasks
