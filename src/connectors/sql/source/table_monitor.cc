#include "connectors/sql/source/table_monitor.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/check.h"
#include "base/log.h"
#include "connectors/sql/connecting.h"
#include "connectors/sql/source/table_list.h"

namespace sluice::connectors::sql {
namespace {

constexpr int64_t kRetryMsMin = 100;  // poll.interval.ms may be 0

}  // namespace

void TableMonitor::stop() {
  stop_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void TableMonitor::run() {
  const log::ScopedContext context(name_ + "|tables");
  std::unique_ptr<Connection> connection;
  bool first = true;
  int64_t wait_ms = 0;
  do {
    const Status looked = look(connection);
    const int64_t soon_ms = std::max(kRetryMsMin, options_.poll_interval_ms);
    wait_ms =
        looked.ok() ? options_.table_poll_interval_ms : std::min(options_.table_poll_interval_ms, soon_ms);
    if (looked.ok()) {
      first = false;
    } else if (looked.error().kind() == ErrorKind::kClosed) {
      break;
    } else if (first && looked.error().kind() != ErrorKind::kRetry) {
      // Nothing can run without a list, and waiting does not help. Later on the old list stands.
      context_.raise_error(looked.error());
      break;
    } else {
      log::warn("{}: {}", first ? "There is no list of tables yet" : "The list of tables stays as it was",
                looked.error().message());
      connection.reset();
    }
  } while (!stop_.wait_for(std::chrono::milliseconds(wait_ms)));
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
  }
  listed_.notify_all();
}

Status TableMonitor::look(std::unique_ptr<Connection>& connection) {
  if (!connection || !connection->usable()) {
    SLUICE_ASSIGN_OR_RETURN(connection, connect_patiently(options_.connecting, stop_));
  }
  std::vector<std::string> missing;
  SLUICE_ASSIGN_OR_RETURN(std::vector<TableId> found, find_tables(*connection, options_, missing));
  tell_missing(missing);
  if (!is_new(found)) return {};
  SLUICE_ASSIGN_OR_RETURN(std::vector<TableSlice> slices, slice(*connection, found));
  publish(std::move(found), std::move(slices), connection->dialect());
  return {};
}

Result<std::vector<TableSlice>> TableMonitor::slice(Connection& connection,
                                                    const std::vector<TableId>& tables) const {
  const int64_t rows = options_.mode == Mode::kBulk ? options_.split_rows : 0;
  return slice_tables(connection, tables, rows, tasks_max_);
}

bool TableMonitor::is_new(const std::vector<TableId>& found) const {
  std::lock_guard lock(mutex_);
  return !tables_ || *tables_ != found;
}

void TableMonitor::tell_missing(const std::vector<std::string>& missing) {
  if (missing == told_missing_) return;
  told_missing_ = missing;
  if (missing.empty()) return;
  log::warn("table.whitelist names tables that are not in the database: {}. They are looked for every {} ms",
            fmt::join(missing, ", "), options_.table_poll_interval_ms);
}

void TableMonitor::publish(std::vector<TableId> found, std::vector<TableSlice> slices,
                           const Dialect& dialect) {
  bool changed = false;
  {
    std::lock_guard lock(mutex_);
    changed = tables_.has_value() || asked_in_vain_;
    tables_ = std::move(found);
    slices_ = std::move(slices);
    dialect_ = &dialect;
  }
  listed_.notify_all();
  if (!changed) return;
  log::info("The list of tables has changed: tasks are configured anew");
  context_.request_task_reconfiguration();
}

std::optional<std::vector<TableSlice>> TableMonitor::tables(std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  listed_.wait_for(lock, wait, [this] { return tables_.has_value() || ended_; });
  asked_in_vain_ = !tables_.has_value();
  return tables_ ? std::optional(slices_) : std::nullopt;
}

const Dialect& TableMonitor::dialect() const {
  std::lock_guard lock(mutex_);
  SLUICE_CHECK(dialect_ != nullptr, "no tables have been listed");
  return *dialect_;
}

}  // namespace sluice::connectors::sql
