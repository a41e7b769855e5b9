#include <limits>

#include "tasks/worker_config.h"
#include "tasks/worker_config_keys.h"

namespace sluice::tasks {
namespace {

using sdk::ConfigDef;
using sdk::ConfigType;
using sdk::Importance;
using sdk::NoDefault;

constexpr int64_t kIntMax = std::numeric_limits<int32_t>::max();

/// -1 stands for the broker's default.
sdk::Validator positive_or_default(std::string reason) {
  return {[reason = std::move(reason)](std::string_view,
                                       const sdk::ConfigItem& item) -> std::optional<std::string> {
            const int64_t value = std::get<int64_t>(item);
            return value > 0 || value == -1 ? std::nullopt : std::optional(reason);
          },
          "Positive number or -1 to use the broker's default"};
}

void define_group(ConfigDef& def) {
  def.define(key("group.id", ConfigType::kString, NoDefault{}, Importance::kHigh,
                 "The cluster of workers that this one belongs to; no consumer group may have this name."));
  def.define(key("session.timeout.ms", ConfigType::kInt, "10000", Importance::kHigh,
                 "A worker that the coordinator has not heard of for so long is taken out of the group."));
  def.define(key("heartbeat.interval.ms", ConfigType::kInt, "3000", Importance::kHigh,
                 "How often the coordinator hears of this worker; less than a third of session.timeout.ms."));
  def.define(key("rebalance.timeout.ms", ConfigType::kInt, "60000", Importance::kHigh,
                 "How long workers have to join again when a rebalance has begun."));
  def.define(checked(key("connect.protocol", ConfigType::kString, "sessioned", Importance::kLow,
                         "How workers agree on who runs what: sessioned, compatible or eager."),
                     sdk::one_of_ignoring_case({"eager", "compatible", "sessioned"})));
  def.define(checked(key("scheduled.rebalance.max.delay.ms", ConfigType::kInt, "300000", Importance::kLow,
                         "How long the work of a departed worker waits for its return, where Java's rules "
                         "hold."),
                     sdk::between(0, kIntMax)));
  def.define(key("worker.sync.timeout.ms", ConfigType::kInt, "3000", Importance::kMedium,
                 "How long a worker may take to read the config topic to its end."));
  def.define(key("worker.unsync.backoff.ms", ConfigType::kInt, "300000", Importance::kMedium,
                 "How long a worker that could not do so stays out of the group (protocol eager)."));
  def.define(
      checked(key("exactly.once.source.support", ConfigType::kString, "disabled", Importance::kHigh,
                  "Whether source connectors deliver exactly once: disabled, preparing, enabled. Change "
                  "all workers to preparing first."),
              sdk::one_of_ignoring_case({"disabled", "enabled", "preparing"})));
}

void define_keys(ConfigDef& def) {
  def.define(checked(key("inter.worker.key.ttl.ms", ConfigType::kInt, "3600000", Importance::kLow,
                         "How long a key that signs requests between workers is used."),
                     sdk::between(0, kIntMax)));
  def.define(key("inter.worker.key.generation.algorithm", ConfigType::kString, "HmacSHA256", Importance::kLow,
                 "Algorithm of such keys."));
  def.define(key("inter.worker.key.size", ConfigType::kInt, nullptr, Importance::kLow,
                 "Size of such keys in bits; unset: the algorithm's default."));
  def.define(key("inter.worker.signature.algorithm", ConfigType::kString, "HmacSHA256", Importance::kLow,
                 "Algorithm that signs requests between workers."));
  def.define(key("inter.worker.verification.algorithms", ConfigType::kList, "HmacSHA256", Importance::kLow,
                 "Algorithms of signatures that are accepted."));
}

void define_topics(ConfigDef& def) {
  struct Topic {
    const char* name;
    const char* partitions;
    const char* holds;
  };
  for (const Topic& topic : {Topic{"offset", "25", "the offsets of source connectors"},
                             Topic{"config", nullptr, "the configurations of connectors"},
                             Topic{"status", "5", "the states of connectors and tasks"}}) {
    const std::string prefix = std::string(topic.name) + ".storage.";
    def.define(key(prefix + "topic", ConfigType::kString, NoDefault{}, Importance::kHigh,
                   std::string("Compacted topic that keeps ") + topic.holds + "."));
    if (topic.partitions != nullptr) {
      def.define(checked(
          key(prefix + "partitions", ConfigType::kInt, topic.partitions, Importance::kLow,
              "Number of its partitions when it is created."),
          positive_or_default("Number of partitions must be positive, or -1 to use the broker's default")));
    }
    def.define(
        checked(key(prefix + "replication.factor", ConfigType::kShort, "3", Importance::kLow,
                    "Its replication factor when it is created."),
                positive_or_default("Replication factor must be positive and not larger than the number "
                                    "of brokers in the Kafka cluster, or -1 to use the broker's "
                                    "default")));
  }
}

void define_client(ConfigDef& def) {
  const auto low = [&def](const char* name, ConfigType type, const char* value, const char* doc) {
    def.define(key(name, type, value, Importance::kLow, doc));
  };
  const auto medium = [&def](const char* name, ConfigType type, const char* value, const char* doc) {
    def.define(key(name, type, value, Importance::kMedium, doc));
  };
  low("client.id", ConfigType::kString, "", "Part of the names that brokers see for this worker's clients.");
  low("metadata.max.age.ms", ConfigType::kLong, "300000",
      "How often metadata of the cluster is looked up anew.");
  low("metadata.recovery.strategy", ConfigType::kString, "rebootstrap",
      "What to do when no known broker answers: rebootstrap or none.");
  low("metadata.recovery.rebootstrap.trigger.ms", ConfigType::kLong, "300000",
      "When to start over that way.");
  medium("request.timeout.ms", ConfigType::kInt, "40000", "How long to wait for a broker's answer.");
  low("retry.backoff.ms", ConfigType::kLong, "100", "First pause before a request is tried again.");
  low("retry.backoff.max.ms", ConfigType::kLong, "1000", "Longest such pause.");
  low("reconnect.backoff.ms", ConfigType::kLong, "50", "First pause before a broker is connected to again.");
  low("reconnect.backoff.max.ms", ConfigType::kLong, "1000", "Longest such pause.");
  low("socket.connection.setup.timeout.ms", ConfigType::kLong, "10000", "How long connecting may take.");
  low("socket.connection.setup.timeout.max.ms", ConfigType::kLong, "30000", "Longest, after failures.");
  medium("connections.max.idle.ms", ConfigType::kLong, "540000", "Idle connections are closed after this.");
  medium("send.buffer.bytes", ConfigType::kInt, "131072", "Size of the socket's send buffer.");
  medium("receive.buffer.bytes", ConfigType::kInt, "32768", "Size of the socket's receive buffer.");
}

void define_sluice(ConfigDef& def) {
  def.define(key("sluice.peer.watch", ConfigType::kBoolean, "true", Importance::kMedium,
                 "Whether workers watch each other, so that work moves at once when one dies. Off where they "
                 "cannot reach each other."));
  def.define(checked(key("sluice.peer.timeout.ms", ConfigType::kInt, "1500", Importance::kMedium,
                         "A worker that is silent for so long, on two ways, is taken out of the group."),
                     sdk::at_least(int64_t{200})));
  def.define(checked(key("sluice.leave.hold.ms", ConfigType::kInt, "3000", Importance::kMedium,
                         "How long the work of a worker that was stopped on purpose waits for its return."),
                     sdk::between(0, kIntMax)));
  def.define(checked(key("sluice.task.restart.policy", ConfigType::kString, "auto", Importance::kMedium,
                         "Whether failed connectors and tasks are started again: none, as in Java; backoff, "
                         "less and less often; auto: backoff in a cluster of Sluice workers only."),
                     sdk::one_of_ignoring_case({"auto", "none", "backoff"})));
  def.define(checked(key("sluice.task.restart.backoff.ms", ConfigType::kLong, "1000", Importance::kLow,
                         "First pause before such a restart; twice as long after each failure."),
                     sdk::at_least(int64_t{1})));
  def.define(checked(key("sluice.task.restart.backoff.max.ms", ConfigType::kLong, "300000", Importance::kLow,
                         "Longest such pause."),
                     sdk::at_least(int64_t{1})));
}

}  // namespace

const ConfigDef& distributed_worker_config() {
  static const ConfigDef def = [] {
    ConfigDef result;
    result.define_all(common_worker_config());
    define_group(result);
    define_topics(result);
    define_keys(result);
    define_client(result);
    define_security(result);
    define_sluice(result);
    return result;
  }();
  return def;
}

}  // namespace sluice::tasks
