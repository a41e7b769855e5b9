// Client properties that act together, and the defaults.

#include "kafka/client_config.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "kafka/native.h"

namespace sluice::kafka {
namespace {

constexpr std::string_view kPlain =
    R"(org.apache.kafka.common.security.plain.PlainLoginModule required username="alice" password="alice-secret";)";
constexpr std::string_view kScram =
    R"(org.apache.kafka.common.security.scram.ScramLoginModule required username="bob" password="b\"ob";)";

Result<ClientConfig> translated(ClientKind kind, sdk::Properties properties) {
  properties.emplace("bootstrap.servers", "localhost:9092");
  return translate(kind, properties, "the-id");
}

std::map<std::string, std::string> settings(ClientKind kind, sdk::Properties properties) {
  const auto config = translated(kind, std::move(properties));
  EXPECT_TRUE(config.ok()) << config.error().message();
  return {config->settings.begin(), config->settings.end()};
}

std::string refusal(ClientKind kind, sdk::Properties properties) {
  const auto config = translated(kind, std::move(properties));
  EXPECT_FALSE(config.ok());
  if (config.ok()) return {};
  EXPECT_EQ(config.error().kind(), ErrorKind::kBadConfig);
  return config.error().message();
}

std::string refusal(sdk::Properties properties) { return refusal(ClientKind::kAdmin, std::move(properties)); }

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(ClientConfigTest, BootstrapServersAreNeeded) {
  const auto config = translate(ClientKind::kAdmin, {}, "id");
  EXPECT_EQ(config.error().message(),
            "Missing required configuration \"bootstrap.servers\" which has no default value.");
}

TEST(ClientConfigTest, GivesTheClientIdUnlessThereIsOne) {
  EXPECT_EQ(settings(ClientKind::kProducer, {}).at("client.id"), "the-id");
  EXPECT_EQ(settings(ClientKind::kProducer, {{"client.id", "own"}}).at("client.id"), "own");
  EXPECT_EQ(settings(ClientKind::kProducer, {{"client.id", ""}}).at("client.id"), "the-id");
}

// Every value that is set by default is one that the library takes, for every kind of client.
TEST(ClientConfigTest, TheLibraryTakesTheDefaults) {
  for (const ClientKind kind : {ClientKind::kProducer, ClientKind::kConsumer, ClientKind::kAdmin}) {
    const auto config = translated(kind, {});
    ASSERT_TRUE(config.ok());
    const auto client = make_native_client(*config, 0, nullptr);
    EXPECT_TRUE(client.ok()) << client.error().message();
  }
}

TEST(ClientConfigTest, TheLibraryTakesTheRuntimesSettings) {
  // configs.md, section 13.
  const sdk::Properties producer = {
      {"max.block.ms", "9223372036854775807"},
      {"enable.idempotence", "false"},
      {"acks", "all"},
      {"max.in.flight.requests.per.connection", "1"},
      {"delivery.timeout.ms", "2147483647"},
      {"key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer"},
      {"value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer"}};
  const auto config = translated(ClientKind::kProducer, producer);
  ASSERT_TRUE(config.ok());
  EXPECT_TRUE(config->ignored.empty());
  EXPECT_EQ(config->max_block_ms, INT64_MAX);
  const auto client = make_native_client(*config, 0, nullptr);
  EXPECT_TRUE(client.ok()) << client.error().message();
  const sdk::Properties consumer = {
      {"group.id", "connect-sink"},
      {"enable.auto.commit", "false"},
      {"auto.offset.reset", "earliest"},
      {"key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer"},
      {"value.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer"}};
  const auto other = translated(ClientKind::kConsumer, consumer);
  ASSERT_TRUE(other.ok());
  EXPECT_TRUE(other->ignored.empty());
  EXPECT_TRUE(other->has_group);
}

TEST(ClientConfigTest, JavaDefaultsHold) {
  const auto producer = settings(ClientKind::kProducer, {});
  EXPECT_EQ(producer.at("acks"), "all");
  EXPECT_EQ(producer.at("enable.idempotence"), "true");
  EXPECT_EQ(producer.at("max.in.flight.requests.per.connection"), "5");
  EXPECT_EQ(producer.at("delivery.timeout.ms"), "120000");
  EXPECT_EQ(producer.at("queue.buffering.max.kbytes"), "32768");
  EXPECT_EQ(producer.at("partitioner"), "murmur2_random");
  EXPECT_EQ(producer.at("message.max.bytes"), "1048576");
  EXPECT_EQ(producer.at("batch.size"), "131072");  // not Java's: see producer_settings.cc
  const auto consumer = settings(ClientKind::kConsumer, {});
  EXPECT_EQ(consumer.at("isolation.level"), "read_uncommitted");
  EXPECT_EQ(consumer.at("auto.offset.reset"), "latest");
  EXPECT_EQ(consumer.at("allow.auto.create.topics"), "true");
  EXPECT_EQ(consumer.at("partition.assignment.strategy"), "range");
  EXPECT_EQ(consumer.at("session.timeout.ms"), "45000");
  EXPECT_EQ(consumer.at("enable.auto.commit"), "false");
  EXPECT_EQ(consumer.at("enable.auto.offset.store"), "false");
  for (const auto& client : {producer, consumer}) {
    EXPECT_EQ(client.at("reconnect.backoff.ms"), "50");
    EXPECT_EQ(client.at("reconnect.backoff.max.ms"), "1000");
    EXPECT_EQ(client.at("socket.timeout.ms"), "30000");
  }
}

TEST(ClientConfigTest, FieldsWithoutASettingOfTheLibrary) {
  const auto config = translated(ClientKind::kConsumer, {{"max.poll.records", "17"},
                                                         {"default.api.timeout.ms", "1234"},
                                                         {"metadata.max.age.ms", "999"},
                                                         {"exclude.internal.topics", "false"}});
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->max_poll_records, 17);
  EXPECT_EQ(config->default_api_timeout_ms, 1234);
  EXPECT_EQ(config->metadata_max_age_ms, 999);
  EXPECT_FALSE(config->exclude_internal_topics);
  EXPECT_FALSE(config->has_group);
}

TEST(ClientConfigTest, IdempotenceYieldsToOtherSettingsUnlessAskedFor) {
  const auto idempotence = [](sdk::Properties properties) {
    return settings(ClientKind::kProducer, std::move(properties)).at("enable.idempotence");
  };
  EXPECT_EQ(idempotence({{"acks", "1"}}), "false");
  EXPECT_EQ(idempotence({{"retries", "0"}}), "false");
  EXPECT_EQ(idempotence({{"max.in.flight.requests.per.connection", "6"}}), "false");
  EXPECT_EQ(idempotence({{"acks", "-1"}}), "true");
  const auto demanded = [](const char* java, const char* value) {
    return refusal(ClientKind::kProducer, {{"enable.idempotence", "true"}, {java, value}});
  };
  EXPECT_TRUE(contains(demanded("acks", "1"), "Must set acks to all"));
  EXPECT_TRUE(contains(demanded("retries", "0"), "Must set retries to non-zero"));
  EXPECT_TRUE(contains(demanded("max.in.flight.requests.per.connection", "6"), "to at most 5"));
}

TEST(ClientConfigTest, ADeliveryTimeoutThatIsNotGivenGrowsWithTheOthers) {
  const auto producer =
      settings(ClientKind::kProducer, {{"request.timeout.ms", "200000"}, {"linger.ms", "10"}});
  EXPECT_EQ(producer.at("delivery.timeout.ms"), "200010");
}

TEST(ClientConfigTest, TheLevelOfTheCodecInUseCounts) {
  const sdk::Properties properties = {
      {"compression.type", "zstd"}, {"compression.gzip.level", "9"}, {"compression.zstd.level", "22"}};
  EXPECT_EQ(settings(ClientKind::kProducer, properties).at("compression.level"), "12");
  const sdk::Properties gzip = {{"compression.type", "gzip"}, {"compression.gzip.level", "6"}};
  EXPECT_EQ(settings(ClientKind::kProducer, gzip).at("compression.level"), "6");
  const sdk::Properties none = {{"compression.gzip.level", "6"}};
  EXPECT_FALSE(settings(ClientKind::kProducer, none).contains("compression.level"));
}

TEST(ClientConfigTest, TheNewGroupProtocolLeavesTimeoutsToTheBroker) {
  const auto consumer = settings(ClientKind::kConsumer, {{"group.protocol", "consumer"},
                                                         {"group.id", "g"},
                                                         {"group.remote.assignor", "uniform"},
                                                         {"session.timeout.ms", "6000"},
                                                         {"heartbeat.interval.ms", "100"}});
  EXPECT_EQ(consumer.at("group.remote.assignor"), "uniform");
  EXPECT_FALSE(consumer.contains("session.timeout.ms"));
  EXPECT_FALSE(consumer.contains("heartbeat.interval.ms"));
  EXPECT_FALSE(consumer.contains("partition.assignment.strategy"));
}

TEST(ClientConfigTest, UnusedSecuritySettingsAreNotLookedAt) {
  const auto admin =
      settings(ClientKind::kAdmin, {{"ssl.keystore.location", "/a.jks"}, {"sasl.mechanism", "GSSAPI"}});
  EXPECT_EQ(admin.at("security.protocol"), "plaintext");
  EXPECT_FALSE(admin.contains("ssl.key.pem"));
  EXPECT_FALSE(admin.contains("sasl.mechanism"));
}

TEST(ClientConfigTest, TlsFromPemFiles) {
  const std::string file =
      (std::filesystem::temp_directory_path() / fmt::format("client_config_test-{}.pem", ::getpid()))
          .string();
  std::ofstream(file) << "PEM TEXT";
  const auto admin = settings(ClientKind::kAdmin, {{"security.protocol", "SSL"},
                                                   {"ssl.truststore.type", "PEM"},
                                                   {"ssl.truststore.location", file},
                                                   {"ssl.keystore.type", "PEM"},
                                                   {"ssl.keystore.location", file},
                                                   {"ssl.key.password", "pw"},
                                                   {"ssl.endpoint.identification.algorithm", ""}});
  std::filesystem::remove(file);
  EXPECT_EQ(admin.at("ssl.ca.pem"), "PEM TEXT");
  EXPECT_EQ(admin.at("ssl.key.pem"), "PEM TEXT");
  EXPECT_EQ(admin.at("ssl.certificate.pem"), "PEM TEXT");
  EXPECT_EQ(admin.at("ssl.key.password"), "pw");
  EXPECT_EQ(admin.at("ssl.endpoint.identification.algorithm"), "none");
}

TEST(ClientConfigTest, TlsFromInlinePem) {
  const auto admin = settings(ClientKind::kAdmin, {{"security.protocol", "SSL"},
                                                   {"ssl.truststore.type", "PEM"},
                                                   {"ssl.truststore.certificates", "CA"},
                                                   {"ssl.keystore.type", "PEM"},
                                                   {"ssl.keystore.key", "KEY"},
                                                   {"ssl.keystore.certificate.chain", "CHAIN"},
                                                   {"ssl.endpoint.identification.algorithm", "HTTPS"}});
  EXPECT_EQ(admin.at("ssl.ca.pem"), "CA");
  EXPECT_EQ(admin.at("ssl.key.pem"), "KEY");
  EXPECT_EQ(admin.at("ssl.certificate.pem"), "CHAIN");
  EXPECT_EQ(admin.at("ssl.endpoint.identification.algorithm"), "https");
}

TEST(ClientConfigTest, WrongStoresAreNamedWithoutTheirPassword) {
  const std::string missing = refusal({{"security.protocol", "SSL"},
                                       {"ssl.keystore.type", "PKCS12"},
                                       {"ssl.keystore.location", "/a.p12"},
                                       {"ssl.keystore.password", "top-secret"}});
  EXPECT_EQ(missing, "Key store /a.p12: it cannot be read");
  EXPECT_TRUE(contains(
      refusal({{"security.protocol", "SSL"}, {"ssl.keystore.type", "PEM"}, {"ssl.keystore.key", "K"}}),
      "must be specified together"));
  EXPECT_TRUE(contains(refusal({{"security.protocol", "SSL"}, {"ssl.truststore.certificates", "CA"}}),
                       "SSL trust store certs can be specified only for PEM, but trust store type is JKS"));
}

TEST(ClientConfigTest, CipherSuitesGetTheirOpenSslNames) {
  const auto suites = [](const char* value) {
    return settings(ClientKind::kAdmin, {{"security.protocol", "SSL"}, {"ssl.cipher.suites", value}});
  };
  EXPECT_EQ(suites("TLS_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384").at("ssl.cipher.suites"),
            "ECDHE-RSA-AES256-GCM-SHA384");
  EXPECT_FALSE(suites("TLS_AES_256_GCM_SHA384").contains("ssl.cipher.suites"));
  EXPECT_TRUE(contains(refusal({{"security.protocol", "SSL"}, {"ssl.cipher.suites", "TLS_NONE"}}),
                       "Invalid value TLS_NONE for configuration ssl.cipher.suites"));
}

TEST(ClientConfigTest, SaslPlainAndScram) {
  const auto plain = settings(ClientKind::kAdmin, {{"security.protocol", "SASL_PLAINTEXT"},
                                                   {"sasl.mechanism", "PLAIN"},
                                                   {"sasl.jaas.config", std::string(kPlain)}});
  EXPECT_EQ(plain.at("sasl.mechanism"), "PLAIN");
  EXPECT_EQ(plain.at("sasl.username"), "alice");
  EXPECT_EQ(plain.at("sasl.password"), "alice-secret");
  for (const char* mechanism : {"SCRAM-SHA-256", "SCRAM-SHA-512"}) {
    const auto scram = settings(ClientKind::kAdmin, {{"security.protocol", "sasl_ssl"},
                                                     {"sasl.mechanism", mechanism},
                                                     {"sasl.jaas.config", std::string(kScram)}});
    EXPECT_EQ(scram.at("sasl.mechanism"), mechanism);
    EXPECT_EQ(scram.at("sasl.password"), "b\"ob");
  }
}

TEST(ClientConfigTest, SaslGssapiRunsNoProgram) {
  const sdk::Properties properties = {
      {"bootstrap.servers", "h:1"},
      {"security.protocol", "SASL_PLAINTEXT"},
      {"sasl.kerberos.service.name", "kafka"},
      {"sasl.kerberos.kinit.cmd", "touch /tmp/sluice-must-not-be-there"},
      {"sasl.jaas.config",
       "com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true "
       "keyTab=\"/a';touch /tmp/sluice-must-not-be-there.keytab\" principal=\"$(id)@REALM\";"}};
  const auto config = translate(ClientKind::kAdmin, properties, "c");
  ASSERT_TRUE(config.ok()) << config.error().message();
  const std::map<std::string, std::string> settings(config->settings.begin(), config->settings.end());
  EXPECT_EQ(settings.at("sasl.mechanism"), "GSSAPI");
  EXPECT_EQ(settings.at("sasl.kerberos.service.name"), "kafka");
  // The library's word for "run no kinit".
  EXPECT_EQ(settings.at("sasl.kerberos.min.time.before.relogin"), "0");
  for (const char* name : {"sasl.kerberos.kinit.cmd", "sasl.kerberos.keytab", "sasl.kerberos.principal"})
    EXPECT_FALSE(settings.contains(name)) << name;
  EXPECT_EQ(config->ignored, std::vector<std::string>{"sasl.kerberos.kinit.cmd"});
  ASSERT_NE(config->ticket_source, nullptr);
}

TEST(ClientConfigTest, WrongSaslSettingsSayWhatIsWrongAndNoSecret) {
  const auto sasl = [](const char* mechanism, std::string jaas) {
    sdk::Properties properties = {{"security.protocol", "SASL_PLAINTEXT"}, {"sasl.mechanism", mechanism}};
    if (!jaas.empty()) properties["sasl.jaas.config"] = std::move(jaas);
    const std::string text = refusal(std::move(properties));
    EXPECT_FALSE(contains(text, "secret")) << text;
    return text;
  };
  EXPECT_TRUE(contains(sasl("NTLM", ""),
                       "Invalid value NTLM for configuration sasl.mechanism: not supported; allowed: GSSAPI, "
                       "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER"));
  EXPECT_TRUE(contains(refusal({{"security.protocol", "SASL_SSL"}}),
                       "sasl.jaas.config is missing: sasl.mechanism GSSAPI needs "
                       "`com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true"));
  EXPECT_TRUE(contains(sasl("OAUTHBEARER", std::string(kPlain)), "OAUTHBEARER"));
  EXPECT_TRUE(contains(sasl("PLAIN", ""), "sasl.jaas.config is missing"));
  EXPECT_TRUE(
      contains(sasl("SCRAM-SHA-256", std::string(kPlain)), "does not fit sasl.mechanism SCRAM-SHA-256"));
  EXPECT_TRUE(contains(sasl("PLAIN",
                            "org.apache.kafka.common.security.plain.PlainLoginModule required "
                            "password=\"my-secret\";"),
                       "needs the option username"));
  EXPECT_TRUE(contains(sasl("PLAIN",
                            "org.apache.kafka.common.security.plain.PlainLoginModule required "
                            "username=\"alice\" password=my secret;"),
                       "quote values"));
}

}  // namespace
}  // namespace sluice::kafka
