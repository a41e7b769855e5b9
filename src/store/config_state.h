#pragma once
// What the records of the config topic add up to (the consume callback of Java's KafkaConfigBackingStore):
// fed record by record, pure otherwise.

#include <map>
#include <set>
#include <string>

#include "kafka/log.h"
#include "store/config_records.h"
#include "store/config_store.h"

namespace sluice::store {

class ConfigState {
 public:
  const ConfigSnapshot& snapshot() const { return snapshot_; }

  /// Takes the topic's next record. `listener` is told of what changed; null while the start is not over.
  /// Records that cannot be used are logged.
  void apply(const kafka::LogRecord& record, ConfigListener* listener);

 private:
  /// Known by name although the connector may not be configured (yet, or any more).
  struct Remains {
    std::optional<TargetState> target;
    std::optional<std::map<int32_t, RawConfig>> deferred;  // task records that no commit has taken
    bool inconsistent = false;
    int32_t task_generation = -1;
    bool pending_fencing = false;
    std::optional<int32_t> fenced_tasks;
  };

  void take(TargetRecord record, ConfigListener* listener);
  void take(ConnectorRecord record, ConfigListener* listener);
  void take(TaskRecord record, ConfigListener* listener);
  void take(const CommitRecord& record, ConfigListener* listener);
  void take(const RestartRequest& record, ConfigListener* listener);
  void take(const FencingRecord& record, ConfigListener* listener);
  void take(const SessionKey& record, ConfigListener* listener);
  void take(const LoggerRecord& record, ConfigListener* listener);

  ConnectorEntry* find(const std::string& connector);
  void remove(const std::string& connector);
  void commit(ConnectorEntry& entry, Remains& remains, int32_t tasks);
  static void show(const Remains& remains, ConnectorEntry& entry);

  ConfigSnapshot snapshot_;
  std::map<std::string, Remains> remains_;
};

}  // namespace sluice::store
