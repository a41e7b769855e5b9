#pragma once
// What REST and the command line can ask of a worker (org.apache.kafka.connect.runtime.Herder of 4.1). Calls
// come from any thread, return at once and are answered exactly once, on the herder's thread. Texts of errors
// are Kafka Connect's.

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "cluster/dead_letter.h"
#include "cluster/task_name.h"
#include "sdk/config/config_def.h"
#include "sdk/properties.h"

namespace sluice::cluster {

enum class RequestProblem : uint8_t {
  kBadRequest,   // 400
  kForbidden,    // 403
  kNotFound,     // 404
  kConflict,     // 409
  kInternal,     // 500
  kUnavailable,  // 503
  kForward,      // not this worker's to answer: `forward_url` knows; empty: nobody is known, 409
};

struct RequestError {
  RequestProblem problem = RequestProblem::kInternal;
  std::string message;
  std::string forward_url;
  /// Of a failed validation: the class of the Java exception, which PUT …/config/validate shows; may be
  /// empty.
  std::string java_class{};
};

template <typename T>
using Answer = std::variant<T, RequestError>;
template <typename T>
using Callback = std::function<void(Answer<T>)>;
struct Nothing {};

using RawConfig = std::map<std::string, std::optional<std::string>, std::less<>>;

enum class InitialState : uint8_t { kRunning, kPaused, kStopped };
enum class ConnectorType : uint8_t { kSource, kSink, kUnknown };

struct ConnectorInfo {
  std::string name;
  RawConfig config;
  std::vector<TaskName> tasks;
  ConnectorType type = ConnectorType::kUnknown;
};

struct TaskInfo {
  TaskName id;
  RawConfig config;
};

struct WorkerState {
  std::string state;  // "RUNNING", …
  std::string worker_id;
  std::optional<std::string> version;
  std::string trace;  // empty: none
};

struct TaskState : WorkerState {
  int32_t id = 0;
};

struct ConnectorStatus {
  std::string name;
  WorkerState connector;
  std::vector<TaskState> tasks;
  ConnectorType type = ConnectorType::kUnknown;
};

struct PutConnector {
  std::string name;
  RawConfig config;
  std::optional<InitialState> initial_state;
  bool allow_replace = false;  // POST: false; PUT: true
};

struct PutOutcome {
  bool created = false;
  ConnectorInfo info;
};

struct RestartOptions {
  std::string connector;
  bool only_failed = false;
  bool include_tasks = false;
};

/// Both as JSON text; an offset of none resets the partition.
struct OffsetEntry {
  std::string partition;
  std::optional<std::string> offset;
};

/// Headers and body of a request between workers; none: the header was absent.
struct InternalRequest {
  std::optional<std::string> algorithm;  // X-Connect-Request-Signature-Algorithm
  std::optional<std::string> signature;  // X-Connect-Authorization
  std::string body;                      // the bytes as received
};

/// One key of a validation, in the order in which Kafka Connect lists them.
struct ConfigCheck {
  std::optional<sdk::ConfigKey> definition;
  sdk::ConfigValue value;
};

struct ConfigChecks {
  std::string name;  // connector.class as submitted
  int32_t error_count = 0;
  std::vector<std::string> groups;
  std::vector<ConfigCheck> configs;
};

class Herder {
 public:
  virtual ~Herder() = default;

  /// Answers from the herder's thread once requests can be served; what /health asks.
  virtual void ping(Callback<Nothing> done) = 0;
  /// True once start-up is over. Any thread.
  virtual bool is_ready() const = 0;
  virtual const std::string& kafka_cluster_id() const = 0;
  /// What the herder does or has done last, as Kafka Connect says it where a request timed out ("The worker
  /// is currently …."); empty: nothing to say. Any thread.
  virtual std::string stage() const { return {}; }

  virtual void connectors(Callback<std::vector<std::string>> done) = 0;
  virtual void connector(const std::string& name, Callback<ConnectorInfo> done) = 0;
  virtual void tasks(const std::string& connector, Callback<std::vector<TaskInfo>> done) = 0;
  virtual void status(const std::string& connector, Callback<ConnectorStatus> done) = 0;
  virtual void task_status(const TaskName& task, Callback<TaskState> done) = 0;

  virtual void put_connector(PutConnector request, Callback<PutOutcome> done) = 0;
  virtual void patch_connector(const std::string& name, RawConfig patch, Callback<PutOutcome> done) = 0;
  virtual void delete_connector(const std::string& name, Callback<Nothing> done) = 0;

  virtual void pause(const std::string& connector, Callback<Nothing> done) = 0;
  virtual void resume(const std::string& connector, Callback<Nothing> done) = 0;
  virtual void stop(const std::string& connector, Callback<Nothing> done) = 0;
  virtual void restart_connector(const std::string& connector, Callback<Nothing> done) = 0;
  virtual void restart(const RestartOptions& options, Callback<ConnectorStatus> plan) = 0;
  virtual void restart_task(const TaskName& task, Callback<Nothing> done) = 0;

  virtual void active_topics(const std::string& connector, Callback<std::set<std::string>> done) = 0;
  virtual void reset_active_topics(const std::string& connector, Callback<Nothing> done) = 0;

  virtual void offsets(const std::string& connector, Callback<std::vector<OffsetEntry>> done) = 0;
  /// Answers with the message for the user.
  virtual void alter_offsets(const std::string& connector, std::vector<OffsetEntry> offsets,
                             Callback<std::string> done) = 0;
  virtual void reset_offsets(const std::string& connector, Callback<std::string> done) = 0;

  virtual void dead_letters(const std::string& connector, DeadLetterQuery query,
                            Callback<DeadLetterPage> done) = 0;
  virtual void replay(const std::string& connector, ReplayRequest request, Callback<ReplayOutcome> done) = 0;

  /// Tells the running connector something, a JSON object; answers with the message for the user.
  virtual void signal(const std::string& connector, std::string signal, Callback<std::string> done) = 0;

  virtual void validate(RawConfig config, Callback<ConfigChecks> done) = 0;
  /// On every worker (KIP-976).
  virtual void set_cluster_log_level(const std::string& logger, const std::string& level,
                                     Callback<Nothing> done) = 0;

  // Between workers. The signature is checked first, where the group's protocol asks for one.
  virtual void put_task_configs(const std::string& connector, std::vector<RawConfig> configs,
                                InternalRequest request, Callback<Nothing> done) = 0;
  virtual void fence_zombies(const std::string& connector, InternalRequest request,
                             Callback<Nothing> done) = 0;
};

}  // namespace sluice::cluster
