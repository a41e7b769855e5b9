#include "connectors/sql/source/task.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "connectors/sql/connecting.h"
#include "connectors/sql/source/key_range.h"
#include "connectors/sql/table_name.h"

namespace sluice::connectors::sql {
namespace {

using std::chrono::milliseconds;

constexpr int64_t kPollWaitMs = 1000;  // an empty poll ends by then
constexpr int64_t kRetryWaitMs = 200;  // after the first error that may pass; doubles
constexpr int64_t kRetryWaitMsMax = 10'000;
constexpr int kRetryDoublingsMax = 6;
constexpr int64_t kLookAgainMs = 50;  // for the end of transactions

bool has_text(const sdk::Properties& properties, std::string_view key, std::string_view text) {
  const std::string* value = sdk::find(properties, key);
  return value != nullptr && *value == text;
}

}  // namespace

Status SqlSourceTask::start(const sdk::Properties& properties, sdk::SourceTaskContext& context) {
  SLUICE_ASSIGN_OR_RETURN(options_, parse_source(flavour_, properties));
  context_ = &context;
  std::vector<TableId> tables;
  if (const std::string* text = sdk::find(properties, kTables)) tables = split_tables(*text);
  if (options_.query.empty() && tables.empty()) {
    if (has_text(properties, kTablesFetched, "false")) {
      log::info("Waiting for the list of tables");
      return {};
    }
    return failed(
        "Invalid configuration: each JdbcSourceTask must have at least one table assigned to it or one query "
        "specified");
  }
  const std::string* ranges = sdk::find(properties, kTableRanges);
  add_readers(tables, ranges == nullptr ? std::vector<KeyRange>() : split_ranges(*ranges));
  const Status started = start_readers();
  return !started.ok() && started.error().kind() == ErrorKind::kClosed ? Status{} : started;
}

void SqlSourceTask::add_readers(const std::vector<TableId>& tables, const std::vector<KeyRange>& ranges) {
  const auto add = [&](Subject subject) {
    readers_.push_back(std::make_unique<TableReader>(options_, std::move(subject), *context_, clock_));
  };
  for (size_t i = 0; i < tables.size(); ++i) {
    Subject subject;
    subject.table = tables[i];
    if (i < ranges.size()) subject.range = ranges[i];
    add(subject);
    // Conditions on a time pass rows by that have none.
    subject.null_times = options_.mode == Mode::kTimestampIncrementing && !options_.validate_non_null;
    if (subject.null_times) add(std::move(subject));
  }
  if (!tables.empty()) return;
  Subject query;
  query.query = options_.query;
  add(std::move(query));
}

Status SqlSourceTask::start_readers() {
  for (int attempt = 1;; ++attempt) {
    SLUICE_RETURN_IF_ERROR(connect());
    Status started;
    for (const auto& reader : readers_) {
      started = reader->start(*connection_);
      if (!started.ok()) break;
    }
    if (started.ok() || started.error().kind() != ErrorKind::kRetry) return started;
    if (attempt >= options_.connecting.attempts) return failed(started.error().message());
    log::warn("{}. Attempt {} of {}", started.error().message(), attempt, options_.connecting.attempts);
    if (context_->stop().wait_for(milliseconds(options_.connecting.backoff_ms))) return {};
  }
}

Status SqlSourceTask::connect() {
  if (connection_ && connection_->usable()) return {};
  for (const auto& reader : readers_) reader->reset();
  connection_.reset();
  SLUICE_ASSIGN_OR_RETURN(connection_, connect_patiently(options_.connecting, context_->stop()));
  return {};
}

void SqlSourceTask::stop() {
  for (const auto& reader : readers_) reader->reset();
  connection_.reset();
}

TableReader& SqlSourceTask::next_reader() {
  const auto reading =
      std::find_if(readers_.begin(), readers_.end(), [](const auto& one) { return one->reading(); });
  if (reading != readers_.end()) return **reading;
  return **std::min_element(readers_.begin(), readers_.end(),
                            [](const auto& a, const auto& b) { return a->due_ms < b->due_ms; });
}

Status SqlSourceTask::poll(sdk::RecordBatch& batch) {
  const int64_t deadline_ms = clock_.steady_ms() + kPollWaitMs;
  const StopSignal& stop = context_->stop();
  if (readers_.empty()) {
    stop.wait_for(milliseconds(kPollWaitMs));
    return {};
  }
  while (!stop.stop_requested()) {
    TableReader& reader = next_reader();
    const int64_t now_ms = clock_.steady_ms();
    if (!reader.reading() && reader.due_ms > now_ms) {
      const int64_t wait_ms = std::min(reader.due_ms, deadline_ms) - now_ms;
      if (wait_ms <= 0) return {};
      stop.wait_for(milliseconds(wait_ms));
      continue;
    }
    if (auto connected = connect(); !connected.ok()) {
      return connected.error().kind() == ErrorKind::kClosed ? Status{} : connected;
    }
    const Result<bool> more = reader.read(*connection_, batch);
    if (!more.ok()) {
      batch.records().clear();
      return after_error(reader, more.error());
    }
    reader.failures = 0;
    if (!*more) reader.due_ms = clock_.steady_ms() + pause_after(reader);
    if (!batch.empty() || clock_.steady_ms() >= deadline_ms) return {};
  }
  return {};
}

int64_t SqlSourceTask::pause_after(const TableReader& reader) const {
  return reader.is_held_back() ? std::min(options_.poll_interval_ms, kLookAgainMs)
                               : options_.poll_interval_ms;
}

Status SqlSourceTask::after_error(TableReader& reader, const Error& error) {
  reader.reset();
  if (error.kind() == ErrorKind::kClosed) return {};
  if (error.kind() == ErrorKind::kFailed && reader.has_lost_its_table(*connection_)) {
    log::warn("{}. It is looked for again in {} ms", error.message(), options_.poll_interval_ms);
    reader.due_ms = clock_.steady_ms() + std::max(options_.poll_interval_ms, kRetryWaitMs);
    return {};
  }
  if (error.kind() != ErrorKind::kRetry) return error;
  ++reader.failures;
  if (options_.query_retries >= 0 && reader.failures > options_.query_retries) {
    return failed(fmt::format("{}. Gave up after {} retries (query.retry.attempts)", error.message(),
                              options_.query_retries));
  }
  const int64_t wait_ms =
      std::min(kRetryWaitMsMax, kRetryWaitMs << std::min(reader.failures - 1, kRetryDoublingsMax));
  reader.due_ms = clock_.steady_ms() + wait_ms;
  log::warn("{}. The next try is in {} ms", error.message(), wait_ms);
  return {};
}

}  // namespace sluice::connectors::sql
