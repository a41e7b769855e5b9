#include "connectors/cdc/common/incremental_snapshot.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "connectors/cdc/common/run_id.h"
#include "sdk/data/values.h"

namespace sluice::connectors::cdc {
namespace {

constexpr const char* kOpen = "snapshot-window-open";
constexpr const char* kClose = "snapshot-window-close";
constexpr std::string_view kEverything = ".*";

/// Java's Instant.toString().
std::string instant_text(int64_t ns) {
  const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(ns / 1000)};
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", time);
}

std::string key_text(const sdk::Value& key) {
  std::string text;
  append_java_text(text, key);
  return text;
}

}  // namespace

std::string IncrementalSnapshot::tables_text() {
  std::string text;
  for (const SnapshotTable& table : progress().tables) text += (text.empty() ? "" : ",") + table.id.text();
  return text;
}

void IncrementalSnapshot::notify(std::string_view type, Notifications::Data data) {
  if (!notifications_.enabled()) return;
  notifications_.send(kIncrementalSnapshot, type, progress().correlation_id, std::move(data),
                      source_.offset());
}

Status IncrementalSnapshot::start() {
  if (!progress().running()) return {};
  log::info("An incremental snapshot is under way, of {}; going on with it", tables_text());
  chunk_end_ = progress().sent;
  return read_chunk();
}

Status IncrementalSnapshot::handle(const Signal& signal) {
  if (signal.type == kOpen) return open_window(signal.id);
  if (signal.type == kClose) return close_window(signal.id);
  log::info("Signal '{}' of type {}: {}", signal.id, signal.type, signal.data);
  if (signal.type == "pause-snapshot" || signal.type == "resume-snapshot") {
    return pause(signal.type == "pause-snapshot");
  }
  const auto ignored = [&](const Error& error) {
    log::warn("Signal '{}' of type {} is ignored: {}", signal.id, signal.type, error.message());
  };
  if (signal.type == "log") {
    const auto message = parse_log_signal(signal.data);
    if (message.ok()) {
      log::info("{}", *message);
    } else {
      ignored(message.error());
    }
    return {};
  }
  if (signal.type != "execute-snapshot" && signal.type != "stop-snapshot") {
    log::warn("Signal '{}' is of an unknown type, {}, and ignored", signal.id, signal.type);
    return {};
  }
  auto request = parse_snapshot_signal(signal.data);
  if (!request.ok()) {
    ignored(request.error());
    return {};
  }
  return signal.type == "stop-snapshot" ? stop(*request) : execute(signal, *std::move(request));
}

/// Names of captured tables that patterns match; what matches none stands for itself.
Result<std::vector<std::string>> IncrementalSnapshot::expand(const std::vector<std::string>& patterns) {
  SLUICE_ASSIGN_OR_RETURN(const auto tables, source_.tables());
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const std::string& pattern : patterns) {
    bool found = false;
    const auto regex = JavaRegex::compile(pattern);
    for (const TableId& table : tables) {
      const std::string name = table.text();
      const auto matches = regex.ok() ? regex->matches(name) : Result<bool>(name == pattern);
      if (!matches.ok() || !*matches) continue;
      add(name);
      found = true;
    }
    if (!found) add(pattern);
  }
  return names;
}

Status IncrementalSnapshot::execute(const Signal& signal, SnapshotSignal request) {
  if (request.tables.empty()) {
    log::warn("Signal '{}' asks for a snapshot, but its data names no data-collections", signal.id);
    return {};
  }
  SLUICE_ASSIGN_OR_RETURN(const auto names, expand(request.tables));
  if (request.blocking) {
    request.tables = names;
    blocking_ = std::move(request);
    return {};
  }
  if (options_.filters.signal_table() == nullptr) {
    log::warn(
        "Signal '{}' asks for an incremental snapshot, which needs a signal table: set "
        "signal.data.collection",
        signal.id);
    return {};
  }
  const bool was_running = progress().running();
  for (const std::string& name : names) {
    const size_t dot = name.rfind('.');
    if (dot == std::string::npos) {
      log::warn("'{}' is no name of a table, and left out of the incremental snapshot", name);
      continue;
    }
    progress().tables.push_back(
        {{name.substr(0, dot), name.substr(dot + 1)}, request.filter_of(name), request.surrogate_key});
  }
  progress().correlation_id = signal.id;
  if (was_running || !progress().running()) return {};
  chunk_end_.reset();
  notify("STARTED", {{"data_collections", tables_text()}});
  return read_chunk();
}

Status IncrementalSnapshot::stop(const SnapshotSignal& request) {
  if (!progress().running()) {
    log::warn("No incremental snapshot is under way that could be stopped");
    return {};
  }
  stops_ = request.tables;
  if (stops_.empty()) stops_.emplace_back(kEverything);
  // A chunk that is under way ends first: then its rows are written, and the next one is not read.
  return chunk_.empty() ? process_stops() : Status();
}

Status IncrementalSnapshot::process_stops() {
  if (stops_.empty() || !progress().running()) return {};
  SLUICE_ASSIGN_OR_RETURN(const auto names, expand(std::exchange(stops_, {})));
  std::string stopped;
  const TableId current = progress().tables.front().id;
  bool stops_current = false;
  for (const std::string& name : names) {
    const auto is_named = [&](const SnapshotTable& table) { return table.id.text() == name; };
    auto& tables = progress().tables;
    if (std::find_if(tables.begin(), tables.end(), is_named) == tables.end()) continue;
    stopped += (stopped.empty() ? "" : ",") + name;
    stops_current = stops_current || current.text() == name;
    std::erase_if(tables, [&](const SnapshotTable& table) { return is_named(table) && table.id != current; });
  }
  if (stops_current) {
    progress().next_table();
    chunk_end_.reset();
    scanned_ = 0;
  }
  log::info("Stopped the incremental snapshot of {}", stopped.empty() ? "nothing: no such table" : stopped);
  notify("ABORTED", {{"data_collections", stopped}});
  return {};
}

Status IncrementalSnapshot::pause(bool paused) {
  if (!progress().running() || progress().paused == paused) return {};
  progress().paused = paused;
  log::info("The incremental snapshot is {}", paused ? "paused" : "resumed");
  notify(paused ? "PAUSED" : "RESUMED", {{"data_collections", tables_text()}});
  return paused || !chunk_.empty() ? Status() : read_chunk();
}

Status IncrementalSnapshot::open_window(const std::string& id) {
  open_ = expects(id);
  return {};
}

Status IncrementalSnapshot::close_window(const std::string& id) {
  if (!expects(id)) return {};  // of another run
  open_ = false;
  chunk_.clear();
  SLUICE_RETURN_IF_ERROR(write_rows());
  return read_chunk();
}

void IncrementalSnapshot::forget(const EventPlan& plan, Cells row) {
  if (rows_ == nullptr || by_key_.empty() || row.empty()) return;
  if (!progress().running() || plan.table() != progress().tables.front().id) return;
  const sdk::Value key = plan.key(writer_.arena(), row);
  if (key.is_null()) return;
  const auto found = by_key_.find(key_text(key));
  if (found == by_key_.end()) return;
  rows_->rows[found->second].dropped = true;
  by_key_.erase(found);
}

Status IncrementalSnapshot::write_rows() {
  if (rows_ == nullptr) return {};
  const std::shared_ptr<ChunkRows> rows = std::exchange(rows_, nullptr);
  by_key_.clear();
  const EventPlanPtr plan = source_.plan();
  writer_.set_now(clock_.wall_ns());
  writer_.arena().keep(rows);
  for (const ChunkRows::Row& row : rows->rows) {
    if (row.dropped) continue;
    SLUICE_RETURN_IF_ERROR(source_.make_room());
    if (writer_.batch().empty()) writer_.arena().keep(rows);
    progress().sent = row.key;
    writer_.read(plan, row.cells, source_.origin(plan->table()));
  }
  return {};
}

Status IncrementalSnapshot::read_chunk() {
  SLUICE_RETURN_IF_ERROR(process_stops());
  if (!progress().running() || progress().paused) return {};
  chunk_ = make_run_id(clock_);
  SLUICE_RETURN_IF_ERROR(mark_begin());
  if (chunk_.empty()) return {};
  SLUICE_ASSIGN_OR_RETURN(const bool has_rows, read_rows());
  if (!has_rows) {
    chunk_.clear();
    return {};
  }
  return mark_end();
}

Status IncrementalSnapshot::mark_begin() {
  opened_at_ = instant_text(clock_.wall_ns());
  const Status marked = source_.insert_signal(chunk_ + "-open", kOpen,
                                              fmt::format(R"({{"openWindowTimestamp": "{}"}})", opened_at_));
  if (marked.ok() || marked.error().kind() == ErrorKind::kRetry) return marked;
  chunk_.clear();
  return skip_table("SQL_EXCEPTION", marked.error().message());
}

Status IncrementalSnapshot::mark_end() {
  if (options_.deletes_watermarks) return source_.delete_signal(chunk_ + "-open");
  return source_.insert_signal(chunk_ + "-close", kClose,
                               fmt::format(R"({{"openWindowTimestamp": "{}", "closeWindowTimestamp": "{}"}})",
                                           opened_at_, instant_text(clock_.wall_ns())));
}

Result<bool> IncrementalSnapshot::read_rows() {
  while (progress().running()) {
    const auto read = read_current();
    if (!read.ok()) {
      if (read.error().kind() == ErrorKind::kRetry || read.error().kind() == ErrorKind::kClosed)
        return read.error();
      SLUICE_RETURN_IF_ERROR(skip_table("SQL_EXCEPTION", read.error().message()));
      continue;
    }
    if (*read) return true;
  }
  return false;
}

/// False when the current table is done, and the next one is the current one.
Result<bool> IncrementalSnapshot::read_current() {
  const SnapshotTable& table = progress().tables.front();
  SLUICE_ASSIGN_OR_RETURN(const ChunkSource::Ready ready, source_.open(table));
  if (ready == ChunkSource::Ready::kUnknownTable) {
    SLUICE_RETURN_IF_ERROR(skip_table("UNKNOWN_SCHEMA", "there is no such captured table"));
    return false;
  }
  if (ready == ChunkSource::Ready::kNoKey) {
    SLUICE_RETURN_IF_ERROR(skip_table("NO_PRIMARY_KEY", "it has no primary key; name a surrogate-key"));
    return false;
  }
  if (!progress().maximum) {
    SLUICE_ASSIGN_OR_RETURN(progress().maximum, source_.maximum_key(table));
    if (!progress().maximum) {
      end_table("EMPTY");
      return false;
    }
  }
  rows_ = std::make_shared<ChunkRows>();
  const ChunkKey* after = chunk_end_ ? &*chunk_end_ : nullptr;
  SLUICE_RETURN_IF_ERROR(source_.read(table, after, &*progress().maximum, options_.chunk_rows, *rows_));
  by_key_.clear();
  if (rows_->rows.empty()) {
    rows_.reset();
    log::info("The incremental snapshot of table {} is complete: {} rows", table.id.text(), scanned_);
    end_table("SUCCEEDED");
    return false;
  }
  for (size_t i = 0; i < rows_->rows.size(); ++i) {
    const sdk::Value key = source_.plan()->key(rows_->arena, rows_->rows[i].cells);
    if (!key.is_null()) by_key_[key_text(key)] = i;
  }
  scanned_ += static_cast<int64_t>(rows_->rows.size());
  chunk_end_ = rows_->rows.back().key;
  notify("IN_PROGRESS", {{"data_collections", tables_text()},
                         {"current_collection_in_progress", table.id.text()},
                         {"maximum_key", shown(*progress().maximum)},
                         {"last_processed_key", shown(*chunk_end_)}});
  return true;
}

Status IncrementalSnapshot::skip_table(const char* status, const std::string& why) {
  if (!progress().running()) return {};
  log::warn("Table {} is left out of the incremental snapshot: {}", progress().tables.front().id.text(), why);
  end_table(status);
  return {};
}

void IncrementalSnapshot::end_table(const char* status) {
  notify("TABLE_SCAN_COMPLETED", {{"data_collections", tables_text()},
                                  {"scanned_collection", progress().tables.front().id.text()},
                                  {"total_rows_scanned", std::to_string(scanned_)},
                                  {"status", status}});
  scanned_ = 0;
  chunk_end_.reset();
  rows_.reset();
  progress().next_table();
  if (progress().running()) return;
  log::info("The incremental snapshot is complete");
  notify("COMPLETED", {});
  progress().correlation_id.clear();
}

Status IncrementalSnapshot::table_changed(const TableId& table) {
  if (chunk_.empty() || !progress().running() || progress().tables.front().id != table) return {};
  log::info("Table {} has changed; its chunk is read again", table.text());
  open_ = false;
  chunk_.clear();
  rows_.reset();
  by_key_.clear();
  chunk_end_ = progress().sent;
  return read_chunk();
}

}  // namespace sluice::connectors::cdc
