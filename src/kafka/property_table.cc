#include "kafka/property_table.h"

#include <algorithm>
#include <array>

namespace sluice::kafka {
namespace {

using enum Treatment;
using enum ValueType;

constexpr int64_t kIntMax = std::numeric_limits<int32_t>::max();
constexpr int64_t kHourMs = 3'600'000;

constexpr std::string_view kInterceptors =
    "interceptors are Java classes and cannot run here; remove the property, or use a transformation";
constexpr std::string_view kJavaClass = "this is a Java class and cannot run here; remove the property";

constexpr Range kAny;
constexpr Range kFromZero{0, kNoMax};
constexpr Range kFromOne{1, kNoMax};
constexpr std::string_view kOwnCode;
constexpr bool kAnyCase = true;

// The rows below read as sentences with these.
constexpr PropertyRule mapped(std::string_view java, Kinds kinds, ValueType type, std::string_view native,
                              Range allowed = {}, Range moved_into = {}) {
  return {java, kinds, kMapped, type, native, allowed, moved_into, {}, false, {}};
}
constexpr PropertyRule choice(std::string_view java, Kinds kinds, std::string_view native,
                              std::string_view allowed, bool any_case = false) {
  return {java,     kinds, native.empty() ? kTranslated : kMapped, kString, native, {}, {}, allowed,
          any_case, {}};
}
constexpr PropertyRule translated(std::string_view java, Kinds kinds, ValueType type = kString,
                                  Range allowed = {}) {
  return {java, kinds, kTranslated, type, {}, allowed, {}, {}, false, {}};
}
constexpr PropertyRule meaningless(std::string_view java, Kinds kinds, std::string_view note = {}) {
  return {java, kinds, kMeaningless, kString, {}, {}, {}, {}, false, note};
}
constexpr PropertyRule refused(std::string_view java, Kinds kinds, std::string_view note) {
  return {java, kinds, kRefused, kString, {}, {}, {}, {}, false, note};
}

constexpr PropertyRule kRules[] = {
    // All clients.
    translated("bootstrap.servers", kAll, kList),
    choice("client.dns.lookup", kAll, "client.dns.lookup",
           "use_all_dns_ips, resolve_canonical_bootstrap_servers_only"),
    translated("client.id", kAll),
    mapped("connections.max.idle.ms", kAll, kLong, "connections.max.idle.ms", kAny, {0, kIntMax}),
    translated("default.api.timeout.ms", Kinds(kC | kA), kInt, kFromZero),
    mapped("enable.metrics.push", kAll, kBool, "enable.metrics.push"),
    translated("metadata.max.age.ms", kAll, kLong, kFromZero),
    choice("metadata.recovery.strategy", kAll, "metadata.recovery.strategy", "REBOOTSTRAP, NONE", kAnyCase),
    mapped("metadata.recovery.rebootstrap.trigger.ms", kAll, kLong,
           "metadata.recovery.rebootstrap.trigger.ms", kFromZero, {0, kIntMax}),
    meaningless("metric.reporters", kAll),
    meaningless("metrics.num.samples", kAll),
    meaningless("metrics.recording.level", kAll),
    meaningless("metrics.sample.window.ms", kAll),
    mapped("receive.buffer.bytes", kAll, kInt, "socket.receive.buffer.bytes", {-1, kNoMax}, {0, 100'000'000}),
    mapped("send.buffer.bytes", kAll, kInt, "socket.send.buffer.bytes", {-1, kNoMax}, {0, 100'000'000}),
    mapped("reconnect.backoff.ms", kAll, kLong, "reconnect.backoff.ms", kFromZero, {0, kHourMs}),
    mapped("reconnect.backoff.max.ms", kAll, kLong, "reconnect.backoff.max.ms", kFromZero, {0, kHourMs}),
    translated("request.timeout.ms", kAll, kInt, kFromZero),
    mapped("retry.backoff.ms", kAll, kLong, "retry.backoff.ms", kFromZero, {1, 300'000}),
    mapped("retry.backoff.max.ms", kAll, kLong, "retry.backoff.max.ms", kFromZero, {1, 300'000}),
    mapped("socket.connection.setup.timeout.ms", kAll, kLong, "socket.connection.setup.timeout.ms", kAny,
           {1000, kIntMax}),
    meaningless("socket.connection.setup.timeout.max.ms", kAll, "the first timeout holds"),

    // Producer.
    choice("acks", kP, kOwnCode, "all, -1, 0, 1"),
    mapped("batch.size", kP, kInt, "batch.size", kFromZero, {1, kIntMax}),
    translated("buffer.memory", kP, kLong, kFromZero),
    choice("compression.type", kP, kOwnCode, "none, gzip, snappy, lz4, zstd"),
    translated("compression.gzip.level", kP, kInt, {-1, 9}),
    translated("compression.lz4.level", kP, kInt, {1, 17}),
    translated("compression.zstd.level", kP, kInt, {-131072, 22}),
    translated("delivery.timeout.ms", kP, kInt, kFromZero),
    translated("enable.idempotence", kP, kBool),
    translated("key.serializer", kP, kClass),
    translated("value.serializer", kP, kClass),
    mapped("linger.ms", kP, kLong, "linger.ms", kFromZero, {0, 900'000}),
    translated("max.block.ms", kP, kLong, kFromZero),
    translated("max.in.flight.requests.per.connection", kP, kInt, kFromOne),
    mapped("max.request.size", kP, kInt, "message.max.bytes", kFromZero, {1000, 1'000'000'000}),
    meaningless("metadata.max.idle.ms", kP, "topics stay known"),
    meaningless("partitioner.adaptive.partitioning.enable", kP, "keyless batches go to random partitions"),
    meaningless("partitioner.availability.timeout.ms", kP),
    refused("partitioner.class", kP, kJavaClass),
    translated("partitioner.ignore.keys", kP, kBool),
    mapped("transaction.timeout.ms", kP, kInt, "transaction.timeout.ms", kAny, {1000, kIntMax}),
    translated("transaction.two.phase.commit.enable", kP, kBool),
    meaningless("transactional.id", kP, "the runtime gives exactly-once tasks their id"),
    refused("interceptor.classes", kPC, kInterceptors),

    // Producer and admin client.
    mapped("retries", kP, kInt, "retries", {0, kIntMax}, {0, kIntMax}),
    meaningless("retries", kA, "calls are tried until their deadline"),

    // Consumer.
    mapped("allow.auto.create.topics", kC, kBool, "allow.auto.create.topics"),
    meaningless("auto.commit.interval.ms", kC, "offsets are committed by the task only"),
    translated("auto.offset.reset", kC),
    mapped("check.crcs", kC, kBool, "check.crcs"),
    mapped("client.rack", kC, kString, "client.rack"),
    translated("enable.auto.commit", kC, kBool),
    translated("exclude.internal.topics", kC, kBool),
    translated("fetch.max.bytes", kC, kInt, kFromZero),
    mapped("fetch.max.wait.ms", kC, kInt, "fetch.wait.max.ms", kFromZero, {0, 300'000}),
    mapped("fetch.min.bytes", kC, kInt, "fetch.min.bytes", kFromZero, {1, 100'000'000}),
    translated("group.id", kC),
    translated("group.instance.id", kC),
    choice("group.protocol", kC, kOwnCode, "CONSUMER, CLASSIC", kAnyCase),
    translated("group.remote.assignor", kC),
    translated("heartbeat.interval.ms", kC, kInt),
    meaningless("internal.leave.group.on.close", kC),
    meaningless("internal.throw.on.fetch.stable.offset.unsupported", kC),
    choice("isolation.level", kC, "isolation.level", "read_committed, read_uncommitted"),
    translated("key.deserializer", kC, kClass),
    translated("value.deserializer", kC, kClass),
    mapped("max.partition.fetch.bytes", kC, kInt, "max.partition.fetch.bytes", kFromZero, {1, 1'000'000'000}),
    translated("max.poll.interval.ms", kC, kInt, kFromOne),
    translated("max.poll.records", kC, kInt, kFromOne),
    translated("partition.assignment.strategy", kC, kList),
    translated("session.timeout.ms", kC, kInt),
    meaningless("share.acknowledgement.mode", kC),

    // Admin client.
    refused("bootstrap.controllers", kA, "only brokers can be asked; use bootstrap.servers"),

    // Security.
    choice("security.protocol", kAll, kOwnCode, "SASL_SSL, PLAINTEXT, SSL, SASL_PLAINTEXT", kAnyCase),
    refused("security.providers", kAll, kJavaClass),
    translated("ssl.cipher.suites", kAll, kList),
    meaningless("ssl.enabled.protocols", kAll, "TLS 1.2 and 1.3 are offered"),
    translated("ssl.endpoint.identification.algorithm", kAll),
    refused("ssl.engine.factory.class", kAll, kJavaClass),
    translated("ssl.key.password", kAll, kPassword),
    meaningless("ssl.keymanager.algorithm", kAll),
    translated("ssl.keystore.certificate.chain", kAll, kPassword),
    translated("ssl.keystore.key", kAll, kPassword),
    translated("ssl.keystore.location", kAll),
    translated("ssl.keystore.password", kAll, kPassword),
    translated("ssl.keystore.type", kAll),
    meaningless("ssl.protocol", kAll, "TLS 1.2 and 1.3 are offered"),
    meaningless("ssl.provider", kAll),
    meaningless("ssl.secure.random.implementation", kAll),
    meaningless("ssl.trustmanager.algorithm", kAll),
    translated("ssl.truststore.certificates", kAll, kPassword),
    translated("ssl.truststore.location", kAll),
    translated("ssl.truststore.password", kAll, kPassword),
    translated("ssl.truststore.type", kAll),
    translated("sasl.mechanism", kAll),
    translated("sasl.jaas.config", kAll, kPassword),
    refused("sasl.client.callback.handler.class", kAll, kJavaClass),
    translated("sasl.login.callback.handler.class", kAll),
    refused("sasl.login.class", kAll, kJavaClass),
    meaningless("sasl.kerberos.kinit.cmd", kAll, "no program is run"),
    translated("sasl.kerberos.min.time.before.relogin", kAll, kLong),
    translated("sasl.kerberos.service.name", kAll),
    translated("sasl.kerberos.ticket.renew.jitter", kAll, kDouble),
    translated("sasl.kerberos.ticket.renew.window.factor", kAll, kDouble),
    meaningless("sasl.login.connect.timeout.ms", kAll),
    translated("sasl.login.read.timeout.ms", kAll, kInt),
    meaningless("sasl.login.refresh.buffer.seconds", kAll),
    meaningless("sasl.login.refresh.min.period.seconds", kAll),
    meaningless("sasl.login.refresh.window.factor", kAll),
    meaningless("sasl.login.refresh.window.jitter", kAll),
    meaningless("sasl.login.retry.backoff.max.ms", kAll),
    meaningless("sasl.login.retry.backoff.ms", kAll),
    translated("sasl.oauthbearer.assertion.algorithm", kAll),
    translated("sasl.oauthbearer.assertion.claim.aud", kAll),
    translated("sasl.oauthbearer.assertion.claim.exp.seconds", kAll, kInt, {0, 86400}),
    translated("sasl.oauthbearer.assertion.claim.iss", kAll),
    translated("sasl.oauthbearer.assertion.claim.jti.include", kAll, kBool),
    translated("sasl.oauthbearer.assertion.claim.nbf.seconds", kAll, kInt, {0, 3600}),
    translated("sasl.oauthbearer.assertion.claim.sub", kAll),
    translated("sasl.oauthbearer.assertion.file", kAll),
    translated("sasl.oauthbearer.assertion.private.key.file", kAll),
    translated("sasl.oauthbearer.assertion.private.key.passphrase", kAll, kPassword),
    translated("sasl.oauthbearer.assertion.template.file", kAll),
    translated("sasl.oauthbearer.client.credentials.client.id", kAll),
    translated("sasl.oauthbearer.client.credentials.client.secret", kAll, kPassword),
    meaningless("sasl.oauthbearer.clock.skew.seconds", kAll),
    meaningless("sasl.oauthbearer.expected.audience", kAll),
    meaningless("sasl.oauthbearer.expected.issuer", kAll),
    translated("sasl.oauthbearer.header.urlencode", kAll, kBool),
    meaningless("sasl.oauthbearer.jwks.endpoint.refresh.ms", kAll),
    meaningless("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", kAll),
    meaningless("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", kAll),
    meaningless("sasl.oauthbearer.jwks.endpoint.url", kAll),
    translated("sasl.oauthbearer.jwt.retriever.class", kAll),
    meaningless("sasl.oauthbearer.jwt.validator.class", kAll),
    translated("sasl.oauthbearer.scope", kAll),
    meaningless("sasl.oauthbearer.scope.claim.name", kAll),
    meaningless("sasl.oauthbearer.sub.claim.name", kAll),
    translated("sasl.oauthbearer.token.endpoint.url", kAll),
};

Kinds bit_of(ClientKind kind) {
  switch (kind) {
    case ClientKind::kProducer:
      return kP;
    case ClientKind::kConsumer:
      return kC;
    case ClientKind::kAdmin:
      break;
  }
  return kA;
}

}  // namespace

std::span<const PropertyRule> property_rules() { return kRules; }

const PropertyRule* find_rule(ClientKind kind, std::string_view java) {
  const Kinds bit = bit_of(kind);
  const auto* found = std::find_if(std::begin(kRules), std::end(kRules), [&](const PropertyRule& rule) {
    return (rule.kinds & bit) != 0 && rule.java == java;
  });
  return found == std::end(kRules) ? nullptr : found;
}

}  // namespace sluice::kafka
