#pragma once
// What the distributed herder takes from the worker's configuration.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cluster/connect_protocol.h"

namespace sluice::cluster {

enum class ExactlyOnceSources : uint8_t { kDisabled, kPreparing, kEnabled };
enum class RestartPolicy : uint8_t {
  kAuto,     // backoff when every member is Sluice, else none
  kNone,     // as in Java
  kBackoff,  // failed tasks are restarted, less and less often
};

struct KeyOptions {
  std::chrono::milliseconds ttl{3'600'000};
  std::string generation_algorithm = "HmacSHA256";
  std::optional<int32_t> key_bits;
  std::string signature_algorithm = "HmacSHA256";
  std::vector<std::string> verification_algorithms{"HmacSHA256"};
};

struct PeerOptions {
  bool enabled = true;                          // sluice.peer.watch
  std::chrono::milliseconds timeout{1'500};     // sluice.peer.timeout.ms
  std::chrono::milliseconds leave_hold{3'000};  // sluice.leave.hold.ms
};

struct HealingOptions {
  RestartPolicy policy = RestartPolicy::kAuto;     // sluice.task.restart.policy
  std::chrono::milliseconds backoff{1'000};        // sluice.task.restart.backoff.ms
  std::chrono::milliseconds backoff_max{300'000};  // sluice.task.restart.backoff.max.ms
};

struct HerderOptions {
  std::string group_id;
  std::string url;          // advertised, with a slash at its end
  std::string worker_id;    // host:port of it, as statuses carry it
  std::string incarnation;  // of this process; tells it from one that was here before
  std::string kafka_cluster_id;

  ConnectProtocol protocol = ConnectProtocol::kSessioned;
  ExactlyOnceSources exactly_once = ExactlyOnceSources::kDisabled;
  std::chrono::milliseconds session_timeout{10'000};
  std::chrono::milliseconds heartbeat_interval{3'000};
  std::chrono::milliseconds rebalance_delay_max{300'000};
  std::chrono::milliseconds sync_timeout{3'000};
  std::chrono::milliseconds unsync_backoff{300'000};
  std::chrono::milliseconds task_stop_timeout{5'000};
  bool topic_tracking = true;
  bool topic_tracking_reset = true;
  std::string config_topic;  // for messages

  KeyOptions keys;
  PeerOptions peers;
  HealingOptions healing;
};

}  // namespace sluice::cluster
