#pragma once
// Watches which tables there are, on a thread of its own, and asks for new task configurations when that
// changes.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/stop_signal.h"
#include "connectors/sql/source/key_range.h"
#include "connectors/sql/source/options.h"
#include "sdk/connector.h"

namespace sluice::connectors::sql {

class TableMonitor {
 public:
  /// `name` is the connector's, for the log; `context` outlives the monitor.
  TableMonitor(SourceOptions options, std::string name, int tasks_max, sdk::ConnectorContext& context)
      : options_(std::move(options)), name_(std::move(name)), tasks_max_(tasks_max), context_(context) {}
  ~TableMonitor() { stop(); }
  TableMonitor(const TableMonitor&) = delete;
  TableMonitor& operator=(const TableMonitor&) = delete;

  void start() {
    thread_ = std::thread([this] { run(); });
  }
  /// Ends the thread; waits for it.
  void stop();

  /// The tables of the last listing; waits for the first one, and returns nothing if there is none by then.
  /// The monitor then asks for new configurations as soon as there is.
  std::optional<std::vector<TableSlice>> tables(std::chrono::milliseconds wait);
  /// Of the database that was listed; only after tables() has returned some.
  const Dialect& dialect() const;

 private:
  void run();
  Status look(std::unique_ptr<Connection>& connection);
  Result<std::vector<TableSlice>> slice(Connection& connection, const std::vector<TableId>& tables) const;
  /// Slices are found anew only when the list has changed: keys grow all the time.
  bool is_new(const std::vector<TableId>& found) const;
  void publish(std::vector<TableId> found, std::vector<TableSlice> slices, const Dialect& dialect);
  void tell_missing(const std::vector<std::string>& missing);

  const SourceOptions options_;
  const std::string name_;
  const int tasks_max_;
  sdk::ConnectorContext& context_;
  StopSignal stop_;
  std::vector<std::string> told_missing_;  // monitor thread

  mutable std::mutex mutex_;
  std::condition_variable listed_;
  std::optional<std::vector<TableId>> tables_;
  std::vector<TableSlice> slices_;  // of tables_
  const Dialect* dialect_ = nullptr;
  bool ended_ = false;
  bool asked_in_vain_ = false;
  std::thread thread_;
};

}  // namespace sluice::connectors::sql
