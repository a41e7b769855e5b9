#pragma once
// The cluster's configuration: Kafka Connect's config topic as a table (KafkaConfigBackingStore of 4.1;
// formats and rules: README.md). On the scheduler's thread only.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "kafka/log.h"
#include "sdk/properties.h"
#include "store/states.h"

namespace sluice::store {

/// As users may write it: a value can be JSON null.
using RawConfig = std::map<std::string, std::optional<std::string>, std::less<>>;

struct SessionKey {
  std::string key;        // the secret's bytes
  std::string algorithm;  // "HmacSHA256"
  int64_t created_ms = 0;
};

struct RestartRequest {
  std::string connector;
  bool only_failed = false;
  bool include_tasks = false;
};

struct ConnectorEntry {
  RawConfig config;
  TargetState target = TargetState::kStarted;
  int32_t task_count = 0;               // of the last commit record
  std::map<int32_t, RawConfig> tasks;   // empty while inconsistent; else 0 … task_count-1
  bool inconsistent = false;            // the last commit lacked task records
  std::optional<RawConfig> applied;     // the connector's configuration at the last commit
  int32_t task_generation = -1;         // counts complete commits, from 0
  bool pending_fencing = false;         // a commit is newer than the last tasks-fencing record
  std::optional<int32_t> fenced_tasks;  // that record's count
};

/// What the topic says up to `offset`. Copies share nothing with the store.
struct ConfigSnapshot {
  int64_t offset =
      -1;  // of the last record consumed, plus 1; -1 if none (the group protocol's config offset)
  std::map<std::string, ConnectorEntry> connectors;
  std::optional<SessionKey> session_key;
};

/// Told of changes as they are read, after the start. During the first reading only the state fills.
class ConfigListener {
 public:
  virtual ~ConfigListener() = default;
  virtual void connector_updated(const std::string& connector, bool is_new) = 0;
  virtual void connector_removed(const std::string& connector) = 0;
  /// A commit record; also when it is empty or inconsistent.
  virtual void tasks_committed(const std::string& connector) = 0;
  virtual void target_changed(const std::string& connector, TargetState target) = 0;
  virtual void session_key_changed(const SessionKey& key) = 0;
  virtual void restart_requested(const RestartRequest& request) = 0;
  virtual void logger_level_changed(const std::string& logger, const std::string& level) = 0;
};

class ConfigStore {
 public:
  using Done = kafka::Log::Done;
  virtual ~ConfigStore() = default;

  virtual const ConfigSnapshot& state() const = 0;
  /// The topic's records go in here (kafka::Log::RecordsCallback).
  virtual void consume(std::span<const kafka::LogRecord> records) = 0;
  virtual void read_to_end(std::chrono::milliseconds timeout, Done done) = 0;

  /// Leader, when it needs the right to the privileged writes below. Unless writes are fenced
  /// there is nothing to claim, and `done` is called at once.
  virtual void claim(Done done) = 0;

  // Privileged writes: fenced if the store was made so. `done` comes when the records were read back.
  virtual void put_connector(const std::string& connector, const RawConfig& config,
                             std::optional<TargetState> target, Done done) = 0;
  virtual void remove_connector(const std::string& connector, Done done) = 0;
  virtual void put_tasks(const std::string& connector, const std::vector<RawConfig>& tasks, Done done) = 0;
  virtual void put_fenced_tasks(const std::string& connector, int32_t count, Done done) = 0;
  virtual void put_session_key(const SessionKey& key, Done done) = 0;
  virtual void put_restart(const RestartRequest& request, Done done) = 0;

  // Any worker. `done` comes with the acknowledgement.
  virtual void put_target(const std::string& connector, TargetState target, Done done) = 0;
  virtual void put_logger_level(const std::string& logger, const std::string& level, Done done) = 0;
};

struct ConfigStoreOptions {
  /// Privileged writes are transactions of this id (exactly.once.source.support preparing or enabled); none:
  /// plain appends.
  std::optional<std::string> transactional_id;
  std::chrono::milliseconds timeout{30'000};  // of each operation as a whole
  const Clock* clock = &system_clock();       // outlives the store
};

/// `log` must deliver its records to consume(). All references outlive the store.
std::unique_ptr<ConfigStore> make_config_store(ConfigStoreOptions options, kafka::Log& log,
                                               ConfigListener& listener);

}  // namespace sluice::store
