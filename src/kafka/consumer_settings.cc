// Consumer properties that are more than a new name.

#include <fmt/core.h>

#include <algorithm>

#include "kafka/translation.h"

namespace sluice::kafka {
namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kSessionTimeoutMs = 45'000;
constexpr std::string_view kByteArrayDeserializer =
    "org.apache.kafka.common.serialization.ByteArrayDeserializer";
// Manual assignment needs a group name inside the library; no request ever carries this one's offsets.
constexpr std::string_view kNoGroup = "sluice-without-group";

struct Assignor {
  std::string_view java;
  std::string_view native;  // empty: the library has none
  bool cooperative;
};
constexpr Assignor kAssignors[] = {
    {"org.apache.kafka.clients.consumer.RangeAssignor", "range", false},
    {"org.apache.kafka.clients.consumer.RoundRobinAssignor", "roundrobin", false},
    {"org.apache.kafka.clients.consumer.StickyAssignor", "", false},
    {"org.apache.kafka.clients.consumer.CooperativeStickyAssignor", "cooperative-sticky", true},
};

// Java's default is "Range, CooperativeSticky". The library refuses to offer eager and cooperative ones
// together, so the eager ones win: every member of such a group can do them.
Result<std::string> translate_assignors(const Translation& translation) {
  const std::string* given = translation.given_text("partition.assignment.strategy");
  if (given == nullptr) return std::string("range");
  std::string eager;
  std::string cooperative;
  for (const std::string& name : split_list(*given)) {
    const auto* found =
        std::find_if(std::begin(kAssignors), std::end(kAssignors), [&](const Assignor& assignor) {
          return assignor.java == name || (!assignor.native.empty() && assignor.native == name);
        });
    if (found == std::end(kAssignors)) {
      return translation.invalid(
          "partition.assignment.strategy",
          fmt::format("{} is a Java class and cannot run here; allowed: RangeAssignor, "
                      "RoundRobinAssignor, CooperativeStickyAssignor of "
                      "org.apache.kafka.clients.consumer",
                      name));
    }
    if (found->native.empty()) continue;
    std::string& list = found->cooperative ? cooperative : eager;
    list.append(list.empty() ? "" : ",").append(found->native);
  }
  if (!eager.empty()) return eager;
  if (!cooperative.empty()) return cooperative;
  return translation.invalid(
      "partition.assignment.strategy",
      "StickyAssignor is not supported; use RangeAssignor or CooperativeStickyAssignor");
}

Status translate_group_membership(Translation& translation) {
  const int64_t session = translation.number("session.timeout.ms", kSessionTimeoutMs);
  int64_t poll_interval = std::min(translation.number("max.poll.interval.ms", 300'000), kDayMs);
  const std::string* protocol = translation.given("group.protocol");
  if (protocol != nullptr && *protocol == "consumer") {
    // The broker owns the timeouts and the assignor of this protocol.
    translation.set("group.protocol", "consumer");
    const std::string* assignor = translation.given_text("group.remote.assignor");
    if (assignor != nullptr) translation.set("group.remote.assignor", *assignor);
  } else {
    translation.set("group.protocol", "classic");
    translation.set("session.timeout.ms", std::clamp<int64_t>(session, 1, 3'600'000));
    translation.set("heartbeat.interval.ms",
                    std::clamp<int64_t>(translation.number("heartbeat.interval.ms", 3'000), 1, 3'600'000));
    SLUICE_ASSIGN_OR_RETURN(std::string assignors, translate_assignors(translation));
    translation.set("partition.assignment.strategy", std::move(assignors));
    // The library's condition; Java allows less and means it.
    poll_interval = std::max(poll_interval, std::clamp<int64_t>(session, 1, 3'600'000));
  }
  translation.set("max.poll.interval.ms", poll_interval);
  return {};
}

Status translate_group(Translation& translation) {
  const std::string* group = translation.given_text("group.id");
  translation.config.has_group = group != nullptr;
  translation.set("group.id", group == nullptr ? std::string(kNoGroup) : *group);
  if (const std::string* instance = translation.given("group.instance.id")) {
    if (instance->empty()) return translation.invalid("group.instance.id", "String must be non-empty");
    translation.set("group.instance.id", *instance);
  }
  return translate_group_membership(translation);
}

Status translate_offset_reset(Translation& translation) {
  const std::string* given = translation.given("auto.offset.reset");
  const std::string_view reset = given == nullptr ? std::string_view("latest") : std::string_view(*given);
  if (reset == "latest" || reset == "earliest") {
    translation.set("auto.offset.reset", std::string(reset));
  } else if (reset == "none") {
    translation.set("auto.offset.reset", "error");
  } else {
    return translation.invalid("auto.offset.reset",
                               "allowed: earliest, latest, none (by_duration is not supported)");
  }
  return {};
}

void translate_fetch(Translation& translation) {
  if (translation.given("fetch.max.bytes") != nullptr) {
    const int64_t bytes = std::clamp<int64_t>(translation.number("fetch.max.bytes", 0), 1000, 2'147'483'135);
    translation.set("fetch.max.bytes", bytes);
    // The library's condition: fetch.max.bytes >= message.max.bytes, which means nothing else for a consumer.
    if (bytes < 1'000'000) translation.set("message.max.bytes", bytes);
  }
  // The library's 100,000 messages and one second of back-off cap a partition at some 280,000 messages a
  // second. A short back-off keeps the queue (and the memory) small and never dry.
  translation.set("queued.min.messages", 50'000);
  translation.set("queued.max.messages.kbytes", 32'768);
  translation.set("fetch.queue.backoff.ms", 10);
}

}  // namespace

Status translate_consumer(Translation& translation) {
  SLUICE_RETURN_IF_ERROR(translate_group(translation));
  SLUICE_RETURN_IF_ERROR(translate_offset_reset(translation));
  translate_fetch(translation);
  translation.config.max_poll_records =
      static_cast<int32_t>(translation.number("max.poll.records", translation.config.max_poll_records));
  translation.config.exclude_internal_topics = translation.flag("exclude.internal.topics", true);
  for (const std::string_view java : {"key.deserializer", "value.deserializer"}) {
    const std::string* name = translation.given_text(java);
    if (name != nullptr && *name != kByteArrayDeserializer) translation.config.ignored.emplace_back(java);
  }
  // Offsets are committed when the task says so, never by themselves.
  if (translation.flag("enable.auto.commit", false))
    translation.config.ignored.emplace_back("enable.auto.commit");
  translation.set("enable.auto.commit", "false");
  translation.set("enable.auto.offset.store", "false");
  translation.set_default("isolation.level", "read_uncommitted");
  translation.set_default("allow.auto.create.topics", "true");
  translation.set_default("check.crcs", "true");
  return {};
}

}  // namespace sluice::kafka
