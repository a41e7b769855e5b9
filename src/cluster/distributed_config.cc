#include "cluster/distributed_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "cluster/session_keys.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;

constexpr size_t kIncarnationBytes = 16;

milliseconds ms(const sdk::Config& config, const char* key) { return milliseconds(config.get_int(key)); }

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

KeyOptions key_options(const sdk::Config& config) {
  KeyOptions keys;
  keys.ttl = ms(config, "inter.worker.key.ttl.ms");
  keys.generation_algorithm = config.get_string("inter.worker.key.generation.algorithm");
  if (config.has("inter.worker.key.size")) {
    keys.key_bits = static_cast<int32_t>(config.get_int("inter.worker.key.size"));
  }
  keys.signature_algorithm = config.get_string("inter.worker.signature.algorithm");
  keys.verification_algorithms = config.get_list("inter.worker.verification.algorithms");
  return keys;
}

HealingOptions healing_options(const sdk::Config& config) {
  HealingOptions healing;
  const std::string policy = lower(config.get_string("sluice.task.restart.policy"));
  healing.policy = policy == "none"      ? RestartPolicy::kNone
                   : policy == "backoff" ? RestartPolicy::kBackoff
                                         : RestartPolicy::kAuto;
  healing.backoff = ms(config, "sluice.task.restart.backoff.ms");
  healing.backoff_max = ms(config, "sluice.task.restart.backoff.max.ms");
  return healing;
}

}  // namespace

Result<HerderOptions> herder_options(const sdk::Config& config, Random& random) {
  HerderOptions options;
  options.group_id = config.get_string("group.id");
  options.incarnation = hex(random.bytes(kIncarnationBytes));
  options.protocol = parse_connect_protocol(lower(config.get_string("connect.protocol")))
                         .value_or(ConnectProtocol::kSessioned);
  const std::string exactly_once = lower(config.get_string("exactly.once.source.support"));
  options.exactly_once = exactly_once == "enabled"     ? ExactlyOnceSources::kEnabled
                         : exactly_once == "preparing" ? ExactlyOnceSources::kPreparing
                                                       : ExactlyOnceSources::kDisabled;
  options.session_timeout = ms(config, "session.timeout.ms");
  options.heartbeat_interval = ms(config, "heartbeat.interval.ms");
  options.rebalance_delay_max = ms(config, "scheduled.rebalance.max.delay.ms");
  options.sync_timeout = ms(config, "worker.sync.timeout.ms");
  options.unsync_backoff = ms(config, "worker.unsync.backoff.ms");
  options.task_stop_timeout = ms(config, "task.shutdown.graceful.timeout.ms");
  options.topic_tracking = config.get_boolean("topic.tracking.enable");
  options.topic_tracking_reset = config.get_boolean("topic.tracking.allow.reset");
  options.config_topic = config.get_string("config.storage.topic");
  options.keys = key_options(config);
  options.healing = healing_options(config);
  options.peers.enabled = config.get_boolean("sluice.peer.watch");
  options.peers.timeout = ms(config, "sluice.peer.timeout.ms");
  options.peers.leave_hold = ms(config, "sluice.leave.hold.ms");
  SLUICE_RETURN_IF_ERROR(SessionKeys::check(options.keys));
  if (options.heartbeat_interval >= options.session_timeout) {
    return bad_config("Heartbeat must be set lower than the session timeout");
  }
  return options;
}

kafka::protocol::GroupMemberConfig group_member_config(
    const sdk::Config& config, const kafka::protocol::ConnectionSettings& connection) {
  kafka::protocol::GroupMemberConfig result;
  result.bootstrap = connection.bootstrap;
  result.sasl = connection.sasl;
  result.client_id = connection.client_id;
  result.request_timeout = connection.request_timeout;
  result.retry_backoff = connection.retry_backoff;
  result.retry_backoff_max = connection.retry_backoff_max;
  result.reconnect_backoff = connection.reconnect_backoff;
  result.reconnect_backoff_max = connection.reconnect_backoff_max;
  result.group_id = config.get_string("group.id");
  result.session_timeout = ms(config, "session.timeout.ms");
  result.rebalance_timeout = ms(config, "rebalance.timeout.ms");
  result.heartbeat_interval = ms(config, "heartbeat.interval.ms");
  return result;
}

}  // namespace sluice::cluster
