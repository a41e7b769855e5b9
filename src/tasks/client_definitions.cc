#include "tasks/client_definitions.h"

#include <algorithm>
#include <iterator>

namespace sluice::tasks {
namespace {

using sdk::ConfigType;
using sdk::Importance;

enum Kinds : uint8_t { kP = 1, kC = 2, kA = 4, kAll = kP | kC | kA };

constexpr Kinds operator|(Kinds left, Kinds right) {
  return static_cast<Kinds>(static_cast<int>(left) | static_cast<int>(right));
}

constexpr const char* kNull = nullptr;
constexpr const char* kRequired = "<required>";

struct Row {
  Kinds kinds;
  std::string_view name;
  ConfigType type;
  const char* default_text;
  Importance importance;
};

// By name, as the configuration classes of the Java clients 4.1 print themselves.
constexpr Row kRows[] = {
    {kP, "acks", ConfigType::kString, "all", Importance::kLow},
    {kC, "allow.auto.create.topics", ConfigType::kBoolean, "true", Importance::kMedium},
    {kC, "auto.commit.interval.ms", ConfigType::kInt, "5000", Importance::kLow},
    {kC, "auto.offset.reset", ConfigType::kString, "latest", Importance::kMedium},
    {kP, "batch.size", ConfigType::kInt, "16384", Importance::kMedium},
    {kA, "bootstrap.controllers", ConfigType::kList, "", Importance::kHigh},
    {kAll, "bootstrap.servers", ConfigType::kList, "", Importance::kHigh},
    {kP, "buffer.memory", ConfigType::kLong, "33554432", Importance::kHigh},
    {kC, "check.crcs", ConfigType::kBoolean, "true", Importance::kLow},
    {kAll, "client.dns.lookup", ConfigType::kString, "use_all_dns_ips", Importance::kMedium},
    {kA | kP, "client.id", ConfigType::kString, "", Importance::kMedium},
    {kC, "client.id", ConfigType::kString, "", Importance::kLow},
    {kC, "client.rack", ConfigType::kString, "", Importance::kLow},
    {kP, "compression.gzip.level", ConfigType::kInt, "-1", Importance::kMedium},
    {kP, "compression.lz4.level", ConfigType::kInt, "9", Importance::kMedium},
    {kP, "compression.type", ConfigType::kString, "none", Importance::kHigh},
    {kP, "compression.zstd.level", ConfigType::kInt, "3", Importance::kMedium},
    {kA, "connections.max.idle.ms", ConfigType::kLong, "300000", Importance::kMedium},
    {kC | kP, "connections.max.idle.ms", ConfigType::kLong, "540000", Importance::kMedium},
    {kA | kC, "default.api.timeout.ms", ConfigType::kInt, "60000", Importance::kMedium},
    {kP, "delivery.timeout.ms", ConfigType::kInt, "120000", Importance::kMedium},
    {kC, "enable.auto.commit", ConfigType::kBoolean, "true", Importance::kMedium},
    {kP, "enable.idempotence", ConfigType::kBoolean, "true", Importance::kLow},
    {kA, "enable.metrics.push", ConfigType::kBoolean, "false", Importance::kLow},
    {kC | kP, "enable.metrics.push", ConfigType::kBoolean, "true", Importance::kLow},
    {kC, "exclude.internal.topics", ConfigType::kBoolean, "true", Importance::kMedium},
    {kC, "fetch.max.bytes", ConfigType::kInt, "52428800", Importance::kMedium},
    {kC, "fetch.max.wait.ms", ConfigType::kInt, "500", Importance::kLow},
    {kC, "fetch.min.bytes", ConfigType::kInt, "1", Importance::kHigh},
    {kC, "group.id", ConfigType::kString, kNull, Importance::kHigh},
    {kC, "group.instance.id", ConfigType::kString, kNull, Importance::kMedium},
    {kC, "group.protocol", ConfigType::kString, "classic", Importance::kHigh},
    {kC, "group.remote.assignor", ConfigType::kString, kNull, Importance::kMedium},
    {kC, "heartbeat.interval.ms", ConfigType::kInt, "3000", Importance::kHigh},
    {kC | kP, "interceptor.classes", ConfigType::kList, "", Importance::kLow},
    {kC, "internal.leave.group.on.close", ConfigType::kBoolean, "true", Importance::kLow},
    {kC, "internal.throw.on.fetch.stable.offset.unsupported", ConfigType::kBoolean, "false",
     Importance::kLow},
    {kC, "isolation.level", ConfigType::kString, "read_uncommitted", Importance::kMedium},
    {kC, "key.deserializer", ConfigType::kClass, kRequired, Importance::kHigh},
    {kP, "key.serializer", ConfigType::kClass, kRequired, Importance::kHigh},
    {kP, "linger.ms", ConfigType::kLong, "5", Importance::kMedium},
    {kP, "max.block.ms", ConfigType::kLong, "60000", Importance::kMedium},
    {kP, "max.in.flight.requests.per.connection", ConfigType::kInt, "5", Importance::kLow},
    {kC, "max.partition.fetch.bytes", ConfigType::kInt, "1048576", Importance::kHigh},
    {kC, "max.poll.interval.ms", ConfigType::kInt, "300000", Importance::kMedium},
    {kC, "max.poll.records", ConfigType::kInt, "500", Importance::kMedium},
    {kP, "max.request.size", ConfigType::kInt, "1048576", Importance::kMedium},
    {kAll, "metadata.max.age.ms", ConfigType::kLong, "300000", Importance::kLow},
    {kP, "metadata.max.idle.ms", ConfigType::kLong, "300000", Importance::kLow},
    {kAll, "metadata.recovery.rebootstrap.trigger.ms", ConfigType::kLong, "300000", Importance::kLow},
    {kAll, "metadata.recovery.strategy", ConfigType::kString, "rebootstrap", Importance::kLow},
    {kAll, "metric.reporters", ConfigType::kList, "org.apache.kafka.common.metrics.JmxReporter",
     Importance::kLow},
    {kAll, "metrics.num.samples", ConfigType::kInt, "2", Importance::kLow},
    {kAll, "metrics.recording.level", ConfigType::kString, "INFO", Importance::kLow},
    {kAll, "metrics.sample.window.ms", ConfigType::kLong, "30000", Importance::kLow},
    {kC, "partition.assignment.strategy", ConfigType::kList,
     "class org.apache.kafka.clients.consumer.RangeAssignor,class "
     "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
     Importance::kMedium},
    {kP, "partitioner.adaptive.partitioning.enable", ConfigType::kBoolean, "true", Importance::kLow},
    {kP, "partitioner.availability.timeout.ms", ConfigType::kLong, "0", Importance::kLow},
    {kP, "partitioner.class", ConfigType::kClass, kNull, Importance::kMedium},
    {kP, "partitioner.ignore.keys", ConfigType::kBoolean, "false", Importance::kMedium},
    {kA | kC, "receive.buffer.bytes", ConfigType::kInt, "65536", Importance::kMedium},
    {kP, "receive.buffer.bytes", ConfigType::kInt, "32768", Importance::kMedium},
    {kAll, "reconnect.backoff.max.ms", ConfigType::kLong, "1000", Importance::kLow},
    {kAll, "reconnect.backoff.ms", ConfigType::kLong, "50", Importance::kLow},
    {kAll, "request.timeout.ms", ConfigType::kInt, "30000", Importance::kMedium},
    {kA, "retries", ConfigType::kInt, "2147483647", Importance::kLow},
    {kP, "retries", ConfigType::kInt, "2147483647", Importance::kHigh},
    {kAll, "retry.backoff.max.ms", ConfigType::kLong, "1000", Importance::kLow},
    {kAll, "retry.backoff.ms", ConfigType::kLong, "100", Importance::kLow},
    {kAll, "sasl.client.callback.handler.class", ConfigType::kClass, kNull, Importance::kMedium},
    {kAll, "sasl.jaas.config", ConfigType::kPassword, kNull, Importance::kMedium},
    {kAll, "sasl.kerberos.kinit.cmd", ConfigType::kString, "/usr/bin/kinit", Importance::kLow},
    {kAll, "sasl.kerberos.min.time.before.relogin", ConfigType::kLong, "60000", Importance::kLow},
    {kAll, "sasl.kerberos.service.name", ConfigType::kString, kNull, Importance::kMedium},
    {kAll, "sasl.kerberos.ticket.renew.jitter", ConfigType::kDouble, "0.05", Importance::kLow},
    {kAll, "sasl.kerberos.ticket.renew.window.factor", ConfigType::kDouble, "0.8", Importance::kLow},
    {kAll, "sasl.login.callback.handler.class", ConfigType::kClass, kNull, Importance::kMedium},
    {kAll, "sasl.login.class", ConfigType::kClass, kNull, Importance::kMedium},
    {kAll, "sasl.login.connect.timeout.ms", ConfigType::kInt, kNull, Importance::kLow},
    {kAll, "sasl.login.read.timeout.ms", ConfigType::kInt, kNull, Importance::kLow},
    {kAll, "sasl.login.refresh.buffer.seconds", ConfigType::kShort, "300", Importance::kLow},
    {kAll, "sasl.login.refresh.min.period.seconds", ConfigType::kShort, "60", Importance::kLow},
    {kAll, "sasl.login.refresh.window.factor", ConfigType::kDouble, "0.8", Importance::kLow},
    {kAll, "sasl.login.refresh.window.jitter", ConfigType::kDouble, "0.05", Importance::kLow},
    {kAll, "sasl.login.retry.backoff.max.ms", ConfigType::kLong, "10000", Importance::kLow},
    {kAll, "sasl.login.retry.backoff.ms", ConfigType::kLong, "100", Importance::kLow},
    {kAll, "sasl.mechanism", ConfigType::kString, "GSSAPI", Importance::kMedium},
    {kAll, "sasl.oauthbearer.assertion.algorithm", ConfigType::kString, "RS256", Importance::kMedium},
    {kAll, "sasl.oauthbearer.assertion.claim.aud", ConfigType::kString, kNull, Importance::kMedium},
    {kAll, "sasl.oauthbearer.assertion.claim.exp.seconds", ConfigType::kInt, "300", Importance::kLow},
    {kAll, "sasl.oauthbearer.assertion.claim.iss", ConfigType::kString, kNull, Importance::kMedium},
    {kAll, "sasl.oauthbearer.assertion.claim.jti.include", ConfigType::kBoolean, "false",
     Importance::kMedium},
    {kAll, "sasl.oauthbearer.assertion.claim.nbf.seconds", ConfigType::kInt, "60", Importance::kLow},
    {kAll, "sasl.oauthbearer.assertion.claim.sub", ConfigType::kString, kNull, Importance::kMedium},
    {kAll, "sasl.oauthbearer.assertion.file", ConfigType::kString, kNull, Importance::kMedium},
    {kAll, "sasl.oauthbearer.assertion.private.key.file", ConfigType::kString, kNull, Importance::kMedium},
    {kAll, "sasl.oauthbearer.assertion.private.key.passphrase", ConfigType::kPassword, kNull,
     Importance::kMedium},
    {kAll, "sasl.oauthbearer.assertion.template.file", ConfigType::kString, kNull, Importance::kMedium},
    {kAll, "sasl.oauthbearer.client.credentials.client.id", ConfigType::kString, kNull, Importance::kMedium},
    {kAll, "sasl.oauthbearer.client.credentials.client.secret", ConfigType::kPassword, kNull,
     Importance::kMedium},
    {kAll, "sasl.oauthbearer.clock.skew.seconds", ConfigType::kInt, "30", Importance::kLow},
    {kAll, "sasl.oauthbearer.expected.audience", ConfigType::kList, kNull, Importance::kLow},
    {kAll, "sasl.oauthbearer.expected.issuer", ConfigType::kString, kNull, Importance::kLow},
    {kAll, "sasl.oauthbearer.header.urlencode", ConfigType::kBoolean, "false", Importance::kLow},
    {kAll, "sasl.oauthbearer.jwks.endpoint.refresh.ms", ConfigType::kLong, "3600000", Importance::kLow},
    {kAll, "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", ConfigType::kLong, "10000",
     Importance::kLow},
    {kAll, "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", ConfigType::kLong, "100", Importance::kLow},
    {kAll, "sasl.oauthbearer.jwks.endpoint.url", ConfigType::kString, kNull, Importance::kMedium},
    {kAll, "sasl.oauthbearer.jwt.retriever.class", ConfigType::kClass,
     "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever", Importance::kMedium},
    {kAll, "sasl.oauthbearer.jwt.validator.class", ConfigType::kClass,
     "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator", Importance::kMedium},
    {kAll, "sasl.oauthbearer.scope", ConfigType::kString, kNull, Importance::kMedium},
    {kAll, "sasl.oauthbearer.scope.claim.name", ConfigType::kString, "scope", Importance::kLow},
    {kAll, "sasl.oauthbearer.sub.claim.name", ConfigType::kString, "sub", Importance::kLow},
    {kAll, "sasl.oauthbearer.token.endpoint.url", ConfigType::kString, kNull, Importance::kMedium},
    {kAll, "security.protocol", ConfigType::kString, "PLAINTEXT", Importance::kMedium},
    {kAll, "security.providers", ConfigType::kString, kNull, Importance::kLow},
    {kAll, "send.buffer.bytes", ConfigType::kInt, "131072", Importance::kMedium},
    {kC, "session.timeout.ms", ConfigType::kInt, "45000", Importance::kHigh},
    {kC, "share.acknowledgement.mode", ConfigType::kString, "implicit", Importance::kMedium},
    {kAll, "socket.connection.setup.timeout.max.ms", ConfigType::kLong, "30000", Importance::kMedium},
    {kAll, "socket.connection.setup.timeout.ms", ConfigType::kLong, "10000", Importance::kMedium},
    {kAll, "ssl.cipher.suites", ConfigType::kList, kNull, Importance::kLow},
    {kAll, "ssl.enabled.protocols", ConfigType::kList, "TLSv1.2,TLSv1.3", Importance::kMedium},
    {kAll, "ssl.endpoint.identification.algorithm", ConfigType::kString, "https", Importance::kLow},
    {kAll, "ssl.engine.factory.class", ConfigType::kClass, kNull, Importance::kLow},
    {kAll, "ssl.key.password", ConfigType::kPassword, kNull, Importance::kHigh},
    {kAll, "ssl.keymanager.algorithm", ConfigType::kString, "SunX509", Importance::kLow},
    {kAll, "ssl.keystore.certificate.chain", ConfigType::kPassword, kNull, Importance::kHigh},
    {kAll, "ssl.keystore.key", ConfigType::kPassword, kNull, Importance::kHigh},
    {kAll, "ssl.keystore.location", ConfigType::kString, kNull, Importance::kHigh},
    {kAll, "ssl.keystore.password", ConfigType::kPassword, kNull, Importance::kHigh},
    {kAll, "ssl.keystore.type", ConfigType::kString, "JKS", Importance::kMedium},
    {kAll, "ssl.protocol", ConfigType::kString, "TLSv1.3", Importance::kMedium},
    {kAll, "ssl.provider", ConfigType::kString, kNull, Importance::kMedium},
    {kAll, "ssl.secure.random.implementation", ConfigType::kString, kNull, Importance::kLow},
    {kAll, "ssl.trustmanager.algorithm", ConfigType::kString, "PKIX", Importance::kLow},
    {kAll, "ssl.truststore.certificates", ConfigType::kPassword, kNull, Importance::kHigh},
    {kAll, "ssl.truststore.location", ConfigType::kString, kNull, Importance::kHigh},
    {kAll, "ssl.truststore.password", ConfigType::kPassword, kNull, Importance::kHigh},
    {kAll, "ssl.truststore.type", ConfigType::kString, "JKS", Importance::kMedium},
    {kP, "transaction.timeout.ms", ConfigType::kInt, "60000", Importance::kLow},
    {kP, "transaction.two.phase.commit.enable", ConfigType::kBoolean, "false", Importance::kLow},
    {kP, "transactional.id", ConfigType::kString, kNull, Importance::kLow},
    {kC, "value.deserializer", ConfigType::kClass, kRequired, Importance::kHigh},
    {kP, "value.serializer", ConfigType::kClass, kRequired, Importance::kHigh},
};

Kinds bit_of(kafka::ClientKind kind) {
  switch (kind) {
    case kafka::ClientKind::kProducer:
      return kP;
    case kafka::ClientKind::kConsumer:
      return kC;
    case kafka::ClientKind::kAdmin:
      break;
  }
  return kA;
}

sdk::ConfigKey to_key(const Row& row) {
  sdk::ConfigKey key;
  key.name = row.name;
  key.type = row.type;
  key.importance = row.importance;
  key.display_name = row.name;
  key.doc = "As in the documentation of Apache Kafka's clients.";
  if (row.default_text == kNull) {
    key.default_value = nullptr;
  } else if (row.default_text != kRequired) {
    key.default_value = std::string(row.default_text);
  }
  return key;
}

}  // namespace

std::optional<sdk::ConfigKey> client_definition(kafka::ClientKind kind, std::string_view name) {
  const Kinds bit = bit_of(kind);
  const auto* const row = std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& candidate) {
    return candidate.name == name && (candidate.kinds & bit) != 0;
  });
  if (row == std::end(kRows)) return std::nullopt;
  return to_key(*row);
}

}  // namespace sluice::tasks
