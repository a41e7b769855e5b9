#pragma once
// Numbers about a running process, for whoever watches it. Counting is one relaxed addition; a number is in
// the registry as long as somebody holds it. Names mirror Kafka Connect's MBeans: the group is the MBean's
// type, the labels are its tags, the name is the attribute. Thread-safe.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::metrics {

enum class Kind : uint8_t { kCounter, kGauge };

using Labels = std::vector<std::pair<std::string, std::string>>;

class Number {
 public:
  void add(int64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  void set(int64_t value) { value_.store(value, std::memory_order_relaxed); }
  int64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

using NumberPtr = std::shared_ptr<Number>;

struct Description {
  std::string name;  // "kafka_connect_task_error_metrics_total_retries"
  Kind kind = Kind::kCounter;
  std::string help;
};

class Registry {
 public:
  NumberPtr add(const Description& description, const Labels& labels);

  /// Prometheus' text format 0.0.4: families in the order of their names. Forgets numbers that nobody holds.
  std::string prometheus_text();

 private:
  struct Entry {
    std::string name;
    std::string labels;  // as text
    Kind kind;
    std::string help;
    std::weak_ptr<Number> number;
  };

  std::mutex mutex_;
  std::vector<Entry> entries_;
};

/// Of this process.
Registry& registry();

/// `{connector="orders",task="0"}`, escaped; empty without labels.
std::string label_text(const Labels& labels);

}  // namespace sluice::metrics
