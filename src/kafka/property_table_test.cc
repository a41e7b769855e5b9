#include "kafka/property_table.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>

#include "kafka/java_properties_test.h"

namespace sluice::kafka {
namespace {

constexpr ClientKind kP_ = ClientKind::kProducer;
constexpr ClientKind kC_ = ClientKind::kConsumer;
constexpr ClientKind kA_ = ClientKind::kAdmin;

ClientKind kind_of(char letter) { return letter == 'P' ? kP_ : letter == 'C' ? kC_ : kA_; }

Result<ClientConfig> translated(ClientKind kind, sdk::Properties properties) {
  properties.emplace("bootstrap.servers", "localhost:9092");
  return translate(kind, properties, "id");
}

std::optional<std::string> setting(const ClientConfig& config, std::string_view name) {
  for (const auto& [key, value] : config.settings) {
    if (key == name) return value;
  }
  return std::nullopt;
}

TEST(PropertyTableTest, HasEveryPropertyOfEveryJavaClientAndNoOther) {
  size_t count = 0;
  for (const auto& group : testing::kJavaProperties) {
    for (const std::string_view name : group.names) {
      for (const char client : std::string_view("PCA")) {
        const bool has = group.clients.find(client) != std::string_view::npos;
        EXPECT_EQ(find_rule(kind_of(client), name) != nullptr, has) << client << " " << name;
        count += has ? 1 : 0;
      }
    }
  }
  size_t rules = 0;
  for (const PropertyRule& rule : property_rules()) {
    rules += ((rule.kinds & kP) != 0) + ((rule.kinds & kC) != 0) + ((rule.kinds & kA) != 0);
  }
  EXPECT_EQ(rules, count);
}

TEST(PropertyTableTest, EachRuleIsWhole) {
  for (const PropertyRule& rule : property_rules()) {
    SCOPED_TRACE(rule.java);
    EXPECT_EQ(rule.treatment == Treatment::kMapped, !rule.native.empty());
    EXPECT_TRUE(rule.treatment != Treatment::kRefused || !rule.note.empty());
  }
}

// What becomes of one value of one property.
struct Case {
  const char* clients;
  const char* java;
  const char* value;
  const char* native;    // null: ignored; "": refused or invalid
  const char* expected;  // the library's value, or a part of the error
};

constexpr const char* kIgnored = nullptr;
constexpr const char* kError = "";

const Case kCases[] = {
    {"PCA", "bootstrap.servers", " a:1 , PLAINTEXT://b:2,[::1]:3 ", "bootstrap.servers", "a:1,b:2,[::1]:3"},
    {"PCA", "bootstrap.servers", "localhost", kError, "Invalid url in bootstrap.servers: localhost"},
    {"PCA", "bootstrap.servers", "localhost:port", kError,
     "Invalid url in bootstrap.servers: localhost:port"},
    {"PCA", "bootstrap.servers", ",", kError, "No resolvable bootstrap urls"},
    {"PCA", "client.id", "me", "client.id", "me"},
    {"PCA", "client.dns.lookup", "use_all_dns_ips", "client.dns.lookup", "use_all_dns_ips"},
    {"PCA", "client.dns.lookup", "default", kError,
     "Invalid value default for configuration client.dns.lookup: String must be one of: use_all_dns_ips, "
     "resolve_canonical_bootstrap_servers_only"},
    {"PCA", "connections.max.idle.ms", "60000", "connections.max.idle.ms", "60000"},
    {"PCA", "connections.max.idle.ms", "-1", "connections.max.idle.ms", "0"},
    {"PCA", "enable.metrics.push", "FALSE", "enable.metrics.push", "false"},
    {"PCA", "enable.metrics.push", "no", kError,
     "Invalid value no for configuration enable.metrics.push: Expected value to be either true or false"},
    {"PCA", "metadata.max.age.ms", "1000", "topic.metadata.refresh.interval.ms", "1000"},
    {"PCA", "metadata.max.age.ms", "99999999", "topic.metadata.refresh.interval.ms", "3600000"},
    {"PCA", "metadata.max.age.ms", "0", "topic.metadata.refresh.interval.ms", "100"},
    {"PCA", "metadata.recovery.strategy", "None", "metadata.recovery.strategy", "none"},
    {"PCA", "metadata.recovery.rebootstrap.trigger.ms", "5", "metadata.recovery.rebootstrap.trigger.ms", "5"},
    {"PCA", "metric.reporters", "a.B", kIgnored, ""},
    {"PCA", "metrics.num.samples", "3", kIgnored, ""},
    {"PCA", "metrics.recording.level", "DEBUG", kIgnored, ""},
    {"PCA", "metrics.sample.window.ms", "3", kIgnored, ""},
    {"PCA", "receive.buffer.bytes", "65536", "socket.receive.buffer.bytes", "65536"},
    {"PCA", "receive.buffer.bytes", "-1", "socket.receive.buffer.bytes", "0"},
    {"PCA", "receive.buffer.bytes", "-2", kError, "Value must be at least -1"},
    {"PCA", "send.buffer.bytes", "131072", "socket.send.buffer.bytes", "131072"},
    {"PCA", "reconnect.backoff.ms", "70", "reconnect.backoff.ms", "70"},
    {"PCA", "reconnect.backoff.ms", "5000", "reconnect.backoff.max.ms", "5000"},
    {"PCA", "reconnect.backoff.max.ms", "20000", "reconnect.backoff.max.ms", "20000"},
    {"PCA", "request.timeout.ms", "40000", "socket.timeout.ms", "40000"},
    {"PCA", "request.timeout.ms", "-1", kError, "Value must be at least 0"},
    {"PCA", "retry.backoff.ms", "0", "retry.backoff.ms", "1"},
    {"PCA", "retry.backoff.ms", "2000", "retry.backoff.max.ms", "2000"},
    {"PCA", "retry.backoff.max.ms", "3000", "retry.backoff.max.ms", "3000"},
    {"PCA", "socket.connection.setup.timeout.ms", "1", "socket.connection.setup.timeout.ms", "1000"},
    {"PCA", "socket.connection.setup.timeout.max.ms", "1", kIgnored, ""},
    {"CA", "default.api.timeout.ms", "x", kError,
     "Invalid value x for configuration default.api.timeout.ms: Not a number of type INT"},

    {"P", "acks", "1", "acks", "1"},
    {"P", "acks", "-1", "acks", "-1"},
    {"P", "acks", "2", kError,
     "Invalid value 2 for configuration acks: String must be one of: all, -1, 0, 1"},
    {"P", "batch.size", "16384", "batch.size", "16384"},
    {"P", "batch.size", "0", "batch.size", "1"},
    {"P", "buffer.memory", "1048577", "queue.buffering.max.kbytes", "1025"},
    {"P", "compression.type", "zstd", "compression.type", "zstd"},
    {"P", "compression.type", "brotli", kError, "String must be one of: none, gzip, snappy, lz4, zstd"},
    {"P", "compression.gzip.level", "10", kError, "Value must be no more than 9"},
    {"P", "compression.lz4.level", "18", kError, "Value must be no more than 17"},
    {"P", "compression.zstd.level", "23", kError, "Value must be no more than 22"},
    {"P", "delivery.timeout.ms", "2147483647", "delivery.timeout.ms", "0"},
    {"P", "delivery.timeout.ms", "60000", "delivery.timeout.ms", "60000"},
    {"P", "delivery.timeout.ms", "20000", kError,
     "delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms"},
    {"P", "enable.idempotence", "false", "enable.idempotence", "false"},
    {"P", "key.serializer", "org.apache.kafka.common.serialization.StringSerializer", kIgnored, ""},
    {"P", "value.serializer", "org.apache.kafka.common.serialization.StringSerializer", kIgnored, ""},
    {"P", "linger.ms", "100", "linger.ms", "100"},
    {"P", "linger.ms", "99999999", "linger.ms", "900000"},
    {"P", "max.block.ms", "9223372036854775807", "topic.metadata.propagation.max.ms", "2000000"},
    {"P", "max.block.ms", "9223372036854775808", kError, "Not a number of type LONG"},
    {"P", "max.in.flight.requests.per.connection", "1", "max.in.flight.requests.per.connection", "1"},
    {"P", "max.in.flight.requests.per.connection", "0", kError, "Value must be at least 1"},
    {"P", "max.request.size", "2000000", "message.max.bytes", "2000000"},
    {"P", "metadata.max.idle.ms", "5000", kIgnored, ""},
    {"P", "partitioner.adaptive.partitioning.enable", "true", kIgnored, ""},
    {"P", "partitioner.availability.timeout.ms", "1", kIgnored, ""},
    {"P", "partitioner.class", "a.B", kError, "this is a Java class and cannot run here"},
    {"P", "partitioner.ignore.keys", "true", "partitioner", "random"},
    {"P", "partitioner.ignore.keys", "false", "partitioner", "murmur2_random"},
    {"P", "transaction.timeout.ms", "30000", "transaction.timeout.ms", "30000"},
    {"P", "transaction.two.phase.commit.enable", "true", kError, "two-phase commit is not supported"},
    {"P", "transactional.id", "mine", kIgnored, ""},
    {"PC", "interceptor.classes", "a.B,a.C", kError, "interceptors are Java classes and cannot run here"},
    {"P", "retries", "7", "retries", "7"},
    {"A", "retries", "7", kIgnored, ""},

    {"C", "allow.auto.create.topics", "false", "allow.auto.create.topics", "false"},
    {"C", "auto.commit.interval.ms", "1", kIgnored, ""},
    {"C", "auto.offset.reset", "earliest", "auto.offset.reset", "earliest"},
    {"C", "auto.offset.reset", "none", "auto.offset.reset", "error"},
    {"C", "auto.offset.reset", "by_duration:P1D", kError, "allowed: earliest, latest, none"},
    {"C", "check.crcs", "false", "check.crcs", "false"},
    {"C", "client.rack", "r1", "client.rack", "r1"},
    {"C", "enable.auto.commit", "true", kIgnored, ""},
    {"C", "enable.auto.commit", "false", "enable.auto.commit", "false"},
    {"C", "exclude.internal.topics", "maybe", kError, "Expected value to be either true or false"},
    {"C", "fetch.max.bytes", "100000", "fetch.max.bytes", "100000"},
    {"C", "fetch.max.bytes", "100000", "message.max.bytes", "100000"},
    {"C", "fetch.max.wait.ms", "50", "fetch.wait.max.ms", "50"},
    {"C", "fetch.min.bytes", "0", "fetch.min.bytes", "1"},
    {"C", "group.id", "g", "group.id", "g"},
    {"C", "group.instance.id", "i", "group.instance.id", "i"},
    {"C", "group.instance.id", "", kError, "String must be non-empty"},
    {"C", "group.protocol", "Consumer", "group.protocol", "consumer"},
    {"C", "group.protocol", "share", kError, "String must be one of (case insensitive): CONSUMER, CLASSIC"},
    {"C", "heartbeat.interval.ms", "1000", "heartbeat.interval.ms", "1000"},
    {"C", "internal.leave.group.on.close", "false", kIgnored, ""},
    {"C", "internal.throw.on.fetch.stable.offset.unsupported", "false", kIgnored, ""},
    {"C", "isolation.level", "read_committed", "isolation.level", "read_committed"},
    {"C", "isolation.level", "READ_COMMITTED", kError,
     "String must be one of: read_committed, read_uncommitted"},
    {"C", "key.deserializer", "a.B", kIgnored, ""},
    {"C", "value.deserializer", "a.B", kIgnored, ""},
    {"C", "max.partition.fetch.bytes", "0", "max.partition.fetch.bytes", "1"},
    {"C", "max.poll.interval.ms", "600000", "max.poll.interval.ms", "600000"},
    {"C", "max.poll.interval.ms", "1000", "max.poll.interval.ms", "45000"},
    {"C", "max.poll.interval.ms", "2147483647", "max.poll.interval.ms", "86400000"},
    {"C", "max.poll.records", "0", kError, "Value must be at least 1"},
    {"C", "partition.assignment.strategy", "org.apache.kafka.clients.consumer.RoundRobinAssignor",
     "partition.assignment.strategy", "roundrobin"},
    {"C", "partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
     "partition.assignment.strategy", "cooperative-sticky"},
    {"C", "partition.assignment.strategy",
     "org.apache.kafka.clients.consumer.RangeAssignor,org.apache.kafka.clients.consumer."
     "CooperativeStickyAssignor",
     "partition.assignment.strategy", "range"},
    {"C", "partition.assignment.strategy",
     "org.apache.kafka.clients.consumer.StickyAssignor, org.apache.kafka.clients.consumer.RangeAssignor",
     "partition.assignment.strategy", "range"},
    {"C", "partition.assignment.strategy", "org.apache.kafka.clients.consumer.StickyAssignor", kError,
     "StickyAssignor is not supported"},
    {"C", "partition.assignment.strategy", "a.B", kError, "a.B is a Java class and cannot run here"},
    {"C", "session.timeout.ms", "6000", "session.timeout.ms", "6000"},
    {"C", "share.acknowledgement.mode", "explicit", kIgnored, ""},
    {"A", "bootstrap.controllers", "c:1", kError, "use bootstrap.servers"},

    {"PCA", "security.protocol", "Ssl", "security.protocol", "ssl"},
    {"PCA", "security.protocol", "TLS", kError,
     "String must be one of (case insensitive): SASL_SSL, PLAINTEXT, SSL, SASL_PLAINTEXT"},
    {"PCA", "security.providers", "a.B", kError, "Java class"},
    {"PCA", "ssl.enabled.protocols", "TLSv1.3", kIgnored, ""},
    {"PCA", "ssl.engine.factory.class", "a.B", kError, "Java class"},
    {"PCA", "ssl.keymanager.algorithm", "PKIX", kIgnored, ""},
    {"PCA", "ssl.protocol", "TLSv1.3", kIgnored, ""},
    {"PCA", "ssl.provider", "p", kIgnored, ""},
    {"PCA", "ssl.secure.random.implementation", "r", kIgnored, ""},
    {"PCA", "ssl.trustmanager.algorithm", "PKIX", kIgnored, ""},
    {"PCA", "sasl.client.callback.handler.class", "a.B", kError, "Java class"},
    {"PCA", "sasl.login.class", "a.B", kError, "Java class"},
    {"PCA", "nobody.knows.this", "x", kIgnored, ""},
};

TEST(PropertyTableTest, EachValueBecomesWhatItShould) {
  for (const Case& example : kCases) {
    for (const char client : std::string_view(example.clients)) {
      SCOPED_TRACE(fmt::format("{} {}={}", client, example.java, example.value));
      const auto config = translated(kind_of(client), {{example.java, example.value}});
      if (example.native != nullptr && example.native[0] == '\0') {
        ASSERT_FALSE(config.ok());
        EXPECT_EQ(config.error().kind(), ErrorKind::kBadConfig);
        EXPECT_NE(config.error().message().find(example.expected), std::string::npos)
            << config.error().message();
        continue;
      }
      ASSERT_TRUE(config.ok()) << config.error().message();
      const auto& ignored = config->ignored;
      const bool is_ignored = std::find(ignored.begin(), ignored.end(), example.java) != ignored.end();
      EXPECT_EQ(is_ignored, example.native == nullptr);
      if (example.native == nullptr) continue;
      EXPECT_EQ(setting(*config, example.native), example.expected);
    }
  }
}

// Properties that only mean something together with others have tests of their own (client_config_test.cc).
constexpr std::string_view kTestedElsewhere[] = {
    "group.remote.assignor",   "ssl.cipher.suites",       "ssl.endpoint.identification.algorithm",
    "ssl.key.password",        "ssl.keystore.key",        "ssl.keystore.certificate.chain",
    "ssl.keystore.location",   "ssl.keystore.type",       "ssl.keystore.password",
    "ssl.truststore.type",     "ssl.truststore.location", "ssl.truststore.certificates",
    "ssl.truststore.password", "sasl.mechanism",          "sasl.jaas.config"};

TEST(PropertyTableTest, EveryPropertyHasATest) {
  for (const PropertyRule& rule : property_rules()) {
    const bool is_case = std::any_of(std::begin(kCases), std::end(kCases),
                                     [&](const Case& example) { return rule.java == example.java; });
    const bool is_elsewhere = std::find(std::begin(kTestedElsewhere), std::end(kTestedElsewhere),
                                        rule.java) != std::end(kTestedElsewhere);
    // kafka/security has the tests of those that OAUTHBEARER reads.
    const bool is_of_sasl = rule.java.starts_with("sasl.kerberos.") ||
                            rule.java.starts_with("sasl.oauthbearer.") ||
                            rule.java.starts_with("sasl.login.");
    EXPECT_TRUE(is_case || is_elsewhere || is_of_sasl) << rule.java;
  }
}

TEST(PropertyTableTest, EveryDefaultIsAcceptedByTheLibrary) {
  for (const ClientKind kind : {kP_, kC_, kA_}) EXPECT_TRUE(translated(kind, {}).ok());
}

}  // namespace
}  // namespace sluice::kafka
