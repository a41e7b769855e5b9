#include "store/config_state.h"

#include <utility>

#include "base/log.h"

namespace sluice::store {

void ConfigState::apply(const kafka::LogRecord& record, ConfigListener* listener) {
  auto parsed = parse_config_record(record.key, record.value);
  const bool is_json = parsed.ok() || parsed.error().kind() != ErrorKind::kBadRecord;
  if (is_json) snapshot_.offset = record.offset + 1;
  if (!parsed.ok()) {
    log::error("{} (offset {})", parsed.error().message(), record.offset);
    return;
  }
  std::visit([&](auto&& part) { take(std::forward<decltype(part)>(part), listener); },
             std::move(parsed).value());
}

ConnectorEntry* ConfigState::find(const std::string& connector) {
  const auto found = snapshot_.connectors.find(connector);
  return found == snapshot_.connectors.end() ? nullptr : &found->second;
}

void ConfigState::show(const Remains& remains, ConnectorEntry& entry) {
  entry.target = remains.target.value_or(TargetState::kStarted);
  entry.inconsistent = remains.inconsistent;
  entry.task_generation = remains.task_generation;
  entry.pending_fencing = remains.pending_fencing;
  entry.fenced_tasks = remains.fenced_tasks;
}

void ConfigState::take(TargetRecord record, ConfigListener* listener) {
  Remains& remains = remains_[record.connector];
  ConnectorEntry* entry = find(record.connector);
  if (!record.target) {
    remains.target.reset();
    // Each configured connector has a target.
    if (entry != nullptr) remains.target = entry->target = TargetState::kStarted;
    return;
  }
  const bool changed = remains.target != record.target;
  remains.target = record.target;
  // A target may come before its connector: the initial state of one that is being created.
  if (entry == nullptr) return;
  entry->target = *record.target;
  if (changed && listener != nullptr) listener->target_changed(record.connector, *record.target);
}

void ConfigState::take(ConnectorRecord record, ConfigListener* listener) {
  if (!record.config) {
    remove(record.connector);
    if (listener != nullptr) listener->connector_removed(record.connector);
    return;
  }
  Remains& remains = remains_[record.connector];
  if (!remains.target) remains.target = TargetState::kStarted;
  const auto [found, is_new] = snapshot_.connectors.try_emplace(record.connector);
  found->second.config = *std::move(record.config);
  if (is_new) show(remains, found->second);
  if (listener != nullptr) listener->connector_updated(record.connector, is_new);
}

/// Target, generation and fencing outlive the configuration, as in Java: a connector of the same name that
/// is made later must fence the tasks of the one before.
void ConfigState::remove(const std::string& connector) {
  snapshot_.connectors.erase(connector);
  if (const auto found = remains_.find(connector); found != remains_.end()) found->second.deferred.reset();
}

void ConfigState::take(TaskRecord record, ConfigListener* /*listener*/) {
  auto& deferred = remains_[record.connector].deferred;
  if (!deferred) deferred.emplace();
  (*deferred)[record.task] = std::move(record.config);
}

void ConfigState::take(const CommitRecord& record, ConfigListener* listener) {
  ConnectorEntry* entry = find(record.connector);
  if (entry == nullptr) {
    // Deleted, and compaction has taken every trace of its configuration.
    remove(record.connector);
    return;
  }
  if (!record.tasks) {
    log::error("Ignoring record commit-{} of the config topic: it has no whole number \"tasks\"",
               record.connector);
    return;
  }
  commit(*entry, remains_[record.connector], *record.tasks);
  if (listener != nullptr) listener->tasks_committed(record.connector);
}

void ConfigState::commit(ConnectorEntry& entry, Remains& remains, int32_t tasks) {
  static const std::map<int32_t, RawConfig> kNone;
  const auto& deferred = remains.deferred ? *remains.deferred : kNone;
  bool complete = deferred.size() >= static_cast<size_t>(tasks);
  for (int32_t task = 0; complete && task < tasks; ++task) complete = deferred.contains(task);

  entry.tasks.clear();
  if (complete) {
    // Records beyond the count are left over from a larger set.
    for (int32_t task = 0; task < tasks; ++task) entry.tasks[task] = deferred.at(task);
    if (remains.deferred) ++remains.task_generation;
    entry.applied = entry.config;
  }
  remains.inconsistent = !complete;
  if (remains.deferred) remains.deferred->clear();
  entry.task_count = tasks;
  remains.pending_fencing = true;
  show(remains, entry);
}

void ConfigState::take(const RestartRequest& record, ConfigListener* listener) {
  if (listener != nullptr) listener->restart_requested(record);
}

void ConfigState::take(const FencingRecord& record, ConfigListener* /*listener*/) {
  Remains& remains = remains_[record.connector];
  remains.fenced_tasks = record.tasks;
  remains.pending_fencing = false;
  if (ConnectorEntry* entry = find(record.connector)) show(remains, *entry);
}

void ConfigState::take(const SessionKey& record, ConfigListener* listener) {
  snapshot_.session_key = record;
  if (listener != nullptr) listener->session_key_changed(record);
}

void ConfigState::take(const LoggerRecord& record, ConfigListener* listener) {
  if (listener != nullptr) listener->logger_level_changed(record.logger, record.level);
}

}  // namespace sluice::store
