#include "kafka/internal_topics.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"

namespace sluice::kafka {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view kCleanupPolicy = "cleanup.policy";
constexpr std::string_view kCompact = "compact";
constexpr milliseconds kTryTimeout{2'000};
constexpr milliseconds kEnsureTimeout{60'000};  // default.api.timeout.ms of Java's admin client
constexpr milliseconds kRetryPause{100};

struct Kind {
  std::string_view prefix;
  std::string_view purpose;
  std::string_view client_word;
  int partitions;
};

const Kind& kind_of(InternalTopic which) {
  static constexpr Kind kKinds[] = {
      {"config.storage.", "connector configurations", "configs", 1},
      {"offset.storage.", "source connector offsets", "offsets", 25},
      {"status.storage.", "connector and task statuses", "statuses", 5},
  };
  return kKinds[static_cast<size_t>(which)];
}

Result<int> number(const sdk::Properties& worker, const std::string& key, int otherwise) {
  const std::string* text = sdk::find(worker, key);
  if (text == nullptr) return otherwise;
  int value = 0;
  const char* end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, value);
  if (parsed.ec == std::errc() && parsed.ptr == end && (value > 0 || value == -1)) return value;
  return bad_config(
      fmt::format("Invalid value {} for configuration {}: Value must be a positive number or -1 to use the "
                  "broker's default",
                  *text, key));
}

bool is_of(const Error& error, std::initializer_list<std::string_view> java_names) {
  return std::any_of(java_names.begin(), java_names.end(),
                     [&](std::string_view name) { return error.exception_class().ends_with(name); });
}

bool is_no_right(const Error& error) {
  return error.kind() == ErrorKind::kUnsupported ||
         is_of(error, {"ClusterAuthorizationException", "TopicAuthorizationException"});
}

Status check_policy(Admin& admin, const InternalTopicSpec& spec, milliseconds timeout) {
  const auto config = admin.topic_config(spec.topic.name, timeout);
  if (!config.ok()) {
    if (!is_no_right(config.error())) return config.error();
    log::info(
        "Unable to use admin client to verify the cleanup policy of '{}' topic is '{}', either because the "
        "broker is an older version or because the Kafka principal used for Connect internal topics does not "
        "have the required permission to describe topic configurations.",
        spec.topic.name, kCompact);
    return {};
  }
  const auto policy = config->find(std::string(kCleanupPolicy));
  if (policy == config->end() || policy->second == kCompact) return {};
  return bad_config(fmt::format(
      "Topic '{0}' supplied via the '{1}' property is required to have '{2}={3}' to guarantee consistency "
      "and "
      "durability of {4}, but found the topic currently has '{2}={5}'. Continuing would likely result in "
      "eventually losing {4} and problems restarting this Connect cluster in the future. Change the '{1}' "
      "property in the Connect worker configurations to use a topic with '{2}={3}'.",
      spec.topic.name, spec.property, kCleanupPolicy, kCompact, spec.purpose, policy->second));
}

Status check_existing(Admin& admin, const InternalTopicSpec& spec, int32_t partitions, milliseconds timeout) {
  if (spec.single_partition && partitions > 1) {
    return bad_config(
        fmt::format("Topic '{}' supplied via the '{}' property is required to have a single partition in "
                    "order to guarantee consistency of connector configurations, but found {} partitions.",
                    spec.topic.name, spec.property, partitions));
  }
  return check_policy(admin, spec, timeout);
}

// One try. Looking first is a round trip less than Java's way for topics that exist, which is nearly always.
Status try_ensure(Admin& admin, const InternalTopicSpec& spec, milliseconds timeout) {
  const auto found = admin.describe_topics({spec.topic.name}, timeout);
  if (!found.ok() && !is_no_right(found.error())) return found.error();
  if (found.ok() && found->contains(spec.topic.name)) {
    return check_existing(admin, spec, found->at(spec.topic.name).partitions, timeout);
  }
  const auto made = admin.create_topic(spec.topic, timeout);
  if (made.ok()) {
    if (*made == CreateOutcome::kExisted) return check_policy(admin, spec, timeout);
    log::info("Created topic {} for {} with {} partitions", spec.topic.name, spec.purpose,
              spec.topic.partitions);
    return {};
  }
  if (!is_no_right(made.error()))
    return made.error().with_context("Unable to create topic(s) '" + spec.topic.name + "'");
  log::info("Not allowed to create topic '{}': it is assumed to exist or to be made by the brokers",
            spec.topic.name);
  return {};
}

/// As try_ensure; too few brokers for the replication factor are worth another try, too.
Status ensure_once(Admin& admin, const InternalTopicSpec& spec, milliseconds timeout) {
  const Status status = try_ensure(admin, spec, timeout);
  if (status.ok() || !is_of(status.error(), {"InvalidReplicationFactorException"})) return status;
  return status.error()
      .wrap(ErrorKind::kRetry, fmt::format("{} (set by {})", status.error().message(), spec.property))
      .as_java(status.error().exception_class());
}

/// What LogConfig::prepare does: one try a call, so that whoever calls can stop in between.
class Preparation {
 public:
  Preparation(std::shared_ptr<Admin> admin, InternalTopicSpec spec)
      : admin_(std::move(admin)), spec_(std::move(spec)) {}

  Status operator()() {
    if (!give_up_) give_up_ = SteadyClock::now() + kEnsureTimeout;
    const Status status = ensure_once(*admin_, spec_, kTryTimeout);
    const bool is_over = SteadyClock::now() >= *give_up_;
    // Brokers that do not answer are waited for as long as it takes; too few of them, as long as Java does.
    if (status.ok() || !is_over || !is_of(status.error(), {"InvalidReplicationFactorException"}))
      return status;
    return status.error().wrap(ErrorKind::kBadConfig, status.error().message());
  }

 private:
  std::shared_ptr<Admin> admin_;
  InternalTopicSpec spec_;
  std::optional<SteadyClock::time_point> give_up_;
};

sdk::Properties base_settings(const sdk::Properties& worker, const std::string& word) {
  sdk::Properties settings = worker;
  // Of the worker's own membership.
  for (const char* key : {"group.id", "group.instance.id", "session.timeout.ms", "heartbeat.interval.ms",
                          "rebalance.timeout.ms"}) {
    settings.erase(key);
  }
  settings["client.id"] = internal_client_id(worker, word);
  return settings;
}

sdk::Properties producer_settings(const sdk::Properties& worker, InternalTopic which) {
  sdk::Properties settings = base_settings(worker, std::string(kind_of(which).client_word));
  settings["acks"] = "all";
  settings["enable.idempotence"] = "false";
  settings["max.in.flight.requests.per.connection"] = "1";
  settings.emplace("linger.ms", "0");
  if (which == InternalTopic::kStatuses) {
    // The status store knows better whether a status is still true, and sends again itself.
    settings["retries"] = "0";
  } else {
    settings["delivery.timeout.ms"] = "2147483647";
  }
  return settings;
}

sdk::Properties fenced_producer_settings(const sdk::Properties& worker) {
  sdk::Properties settings = base_settings(worker, "configs-leader");
  settings["acks"] = "all";
  settings["enable.idempotence"] = "true";
  settings["max.in.flight.requests.per.connection"] = "5";
  settings["delivery.timeout.ms"] = "2147483647";
  settings.emplace("linger.ms", "0");
  return settings;
}

sdk::Properties consumer_settings(const sdk::Properties& worker, InternalTopic which, bool read_committed) {
  sdk::Properties settings = base_settings(worker, std::string(kind_of(which).client_word));
  settings["auto.offset.reset"] = "earliest";
  settings["enable.auto.commit"] = "false";
  settings["allow.auto.create.topics"] = "false";
  if (read_committed && which != InternalTopic::kStatuses) settings["isolation.level"] = "read_committed";
  return settings;
}

}  // namespace

std::string internal_client_id(const sdk::Properties& worker, const std::string& word) {
  std::string id;
  for (const char* key : {"group.id", "client.id"}) {
    const std::string* value = sdk::find(worker, key);
    if (value != nullptr && !value->empty()) id.append(*value).append("-");
  }
  return id + word;
}

Result<InternalTopicSpec> internal_topic_spec(InternalTopic which, const sdk::Properties& worker) {
  const Kind& kind = kind_of(which);
  const std::string prefix(kind.prefix);
  InternalTopicSpec spec;
  spec.property = prefix + "topic";
  spec.purpose = kind.purpose;
  spec.single_partition = which == InternalTopic::kConfigs;
  const std::string* name = sdk::find(worker, spec.property);
  if (name == nullptr || name->empty()) {
    return bad_config(
        fmt::format("Missing required configuration \"{}\" which has no default value.", spec.property));
  }
  spec.topic.name = *name;
  spec.topic.partitions = kind.partitions;
  if (!spec.single_partition) {
    SLUICE_ASSIGN_OR_RETURN(spec.topic.partitions, number(worker, prefix + "partitions", kind.partitions));
  }
  SLUICE_ASSIGN_OR_RETURN(const int replication, number(worker, prefix + "replication.factor", 3));
  spec.topic.replication_factor = static_cast<int16_t>(replication);
  for (const auto& [key, value] : sdk::with_prefix(worker, prefix)) {
    const bool is_own = key == "topic" || key == "replication.factor" || key == "file.filename";
    if (key == kCleanupPolicy || (key == "partitions" && spec.single_partition)) {
      log::warn("Ignoring '{}{}={}' setting, since this topic's is always {}", prefix, key, value,
                key == kCleanupPolicy ? "compact" : "1");
    } else if (!is_own && key != "partitions") {
      spec.topic.configs[key] = value;
    }
  }
  spec.topic.configs[std::string(kCleanupPolicy)] = kCompact;
  return spec;
}

Status ensure_internal_topic(Admin& admin, const InternalTopicSpec& spec, milliseconds timeout) {
  const auto deadline = SteadyClock::now() + timeout;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - SteadyClock::now());
    const Status status = ensure_once(admin, spec, std::max(left, milliseconds(1)));
    if (status.ok() || status.error().kind() != ErrorKind::kRetry) return status;
    if (SteadyClock::now() + kRetryPause >= deadline) return status;
    std::this_thread::sleep_for(kRetryPause);
  }
}

Result<std::shared_ptr<Admin>> make_shared_admin(const sdk::Properties& worker) {
  SLUICE_ASSIGN_OR_RETURN(const auto config,
                          translate(ClientKind::kAdmin, base_settings(worker, "shared-admin"), {}));
  SLUICE_ASSIGN_OR_RETURN(auto admin, make_admin(config));
  return std::shared_ptr<Admin>(std::move(admin));
}

Result<LogConfig> internal_log_config(InternalTopic which, const sdk::Properties& worker, bool read_committed,
                                      std::shared_ptr<Admin> admin) {
  SLUICE_ASSIGN_OR_RETURN(auto spec, internal_topic_spec(which, worker));
  SLUICE_ASSIGN_OR_RETURN(
      auto consumer, translate(ClientKind::kConsumer, consumer_settings(worker, which, read_committed), {}));
  SLUICE_ASSIGN_OR_RETURN(auto producer,
                          translate(ClientKind::kProducer, producer_settings(worker, which), {}));
  SLUICE_ASSIGN_OR_RETURN(auto fenced,
                          translate(ClientKind::kProducer, fenced_producer_settings(worker), {}));
  LogConfig config;
  config.topic = spec.topic.name;
  config.consumer = std::move(consumer);
  config.producer = std::move(producer);
  config.fenced_producer = std::move(fenced);
  config.prepare = Preparation(admin, std::move(spec));
  config.admin = std::move(admin);
  return config;
}

}  // namespace sluice::kafka
