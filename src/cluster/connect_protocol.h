#pragma once
// What Connect workers tell each other through the group coordinator: the metadata of a JoinGroup and the
// assignment of a SyncGroup, versions 0, 1 and 2 (ConnectProtocol and IncrementalCooperativeConnectProtocol
// of Kafka 4.1). Pure functions, any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "cluster/task_name.h"

namespace sluice::cluster {

/// The numbers are the versions on the wire; 1 and 2 have the same layout.
enum class ConnectProtocol : int16_t { kEager = 0, kCompatible = 1, kSessioned = 2 };

/// As `connect.protocol` spells it: "eager", "compatible", "sessioned".
std::optional<ConnectProtocol> parse_connect_protocol(std::string_view setting);
/// As the group knows it: "default", "compatible", "sessioned".
std::string_view group_protocol_name(ConnectProtocol protocol);
std::optional<ConnectProtocol> parse_group_protocol(std::string_view name);
/// What a worker with this setting offers, most wanted first: itself and everything older.
std::vector<ConnectProtocol> offered_protocols(ConnectProtocol setting);

/// Connectors and tasks, each at most once, in the order in which they were told.
struct WorkItems {
  std::vector<std::string> connectors{};
  std::vector<TaskName> tasks{};
  bool empty() const { return connectors.empty() && tasks.empty(); }
  size_t size() const { return connectors.size() + tasks.size(); }
  friend bool operator==(const WorkItems&, const WorkItems&) = default;
};

enum class AssignmentError : int16_t { kNone = 0, kConfigMismatch = 1 };

struct Assignment {
  int16_t version = 0;
  int16_t error = 0;  // AssignmentError; others may come from later versions
  std::string leader{};
  std::string leader_url{};
  int64_t config_offset = -1;
  WorkItems assigned{};  // version 0: everything; later: what is new
  WorkItems revoked{};   // from version 1 on
  int32_t delay_ms = 0;  // from version 1 on: after it every member joins again
  bool failed() const { return error != 0; }
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

/// What only Sluice workers tell each other, behind the part that Java reads; Java ignores trailing bytes.
struct SluiceMetadata {
  std::string incarnation;                     // of this process; another one after each start
  std::vector<std::string> connector_classes;  // every name of every connector class it can run
  friend bool operator==(const SluiceMetadata&, const SluiceMetadata&) = default;
};

struct WorkerMetadata {
  int16_t version = 0;
  std::string url{};                       // advertised REST URL, "/" at its end
  int64_t config_offset = -1;              // of the last config record read, plus 1; -1: none yet
  std::optional<Assignment> allocation{};  // what it runs (in `assigned`); version 0 tells none
  std::optional<SluiceMetadata> sluice{};  // none: a Java worker
  friend bool operator==(const WorkerMetadata&, const WorkerMetadata&) = default;
};

// Encoders write the layout of the struct's own version. A connector name of more than 32,767 bytes cannot be
// told: its work is left out. Longer texts elsewhere are cut there.
std::string encode_metadata(const WorkerMetadata& metadata);
std::string encode_assignment(const Assignment& assignment);

// Decoders take every version from 0 on, fields missing at the end and bytes too many, as Java's do. Anything
// else is kBadRecord and says at which byte.
Result<WorkerMetadata> decode_metadata(BytesView bytes);
Result<Assignment> decode_assignment(BytesView bytes);

}  // namespace sluice::cluster
