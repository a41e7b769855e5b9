// TLS and SASL against a real broker. Needs, beside SLUICE_TEST_BROKER: SLUICE_TEST_SASL_BROKER
// (SASL_PLAINTEXT), SLUICE_TEST_TLS_BROKER (TLS, client certificate required), SLUICE_TEST_SASL_TLS_BROKER
// (SASL_SSL) and SLUICE_TEST_TLS_DIR with ca.pem, other-ca.pem, client.pem (key and certificate),
// client-encrypted.pem (password "key-secret"). Users: alice, password "alice-secret", for PLAIN and SCRAM.
// With Kerberos: SLUICE_TEST_KERBEROS_BROKER, and alice's SLUICE_TEST_KEYTAB and SLUICE_TEST_TICKET_CACHE.

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "kafka/broker_test_support.h"
#include "kafka/security/oauth_options.h"

namespace sluice::kafka::testing {
namespace {

using std::chrono::milliseconds;

std::string env(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string tls_file(std::string_view name) { return fmt::format("{}/{}", env("SLUICE_TEST_TLS_DIR"), name); }

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string jaas(std::string_view mechanism, std::string_view user, std::string_view password) {
  const std::string_view module = mechanism == "PLAIN" ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
  return fmt::format("org.apache.kafka.common.security.{} required username=\"{}\" password=\"{}\";", module,
                     user, password);
}

sdk::Properties sasl(const char* mechanism, std::string_view password = "alice-secret") {
  return {{"bootstrap.servers", env("SLUICE_TEST_SASL_BROKER")},
          {"security.protocol", "SASL_PLAINTEXT"},
          {"sasl.mechanism", mechanism},
          {"sasl.jaas.config", jaas(mechanism, "alice", password)}};
}

// Without sasl.mechanism: GSSAPI is Java's default.
sdk::Properties kerberos(std::string_view options) {
  return {{"bootstrap.servers", env("SLUICE_TEST_KERBEROS_BROKER")},
          {"security.protocol", "SASL_PLAINTEXT"},
          {"sasl.kerberos.service.name", "kafka"},
          {"sasl.jaas.config",
           fmt::format("com.sun.security.auth.module.Krb5LoginModule required {};", options)}};
}

sdk::Properties tls(const char* ca = "ca.pem") {
  return {{"bootstrap.servers", env("SLUICE_TEST_TLS_BROKER")},
          {"security.protocol", "SSL"},
          {"ssl.truststore.type", "PEM"},
          {"ssl.truststore.location", tls_file(ca)}};
}

sdk::Properties with(sdk::Properties properties, const sdk::Properties& more) {
  for (const auto& [key, value] : more) properties[key] = value;
  return properties;
}

Result<std::string> cluster_id(const sdk::Properties& properties,
                               milliseconds timeout = milliseconds(10'000)) {
  SLUICE_ASSIGN_OR_RETURN(const ClientConfig config,
                          translate(ClientKind::kAdmin, properties, "secure-admin"));
  SLUICE_ASSIGN_OR_RETURN(const auto admin, make_admin(config));
  return admin->cluster_id(timeout);
}

// The whole way: a record out and back in.
void round_trip(const sdk::Properties& properties) {
  const std::string topic = new_topic("secure", 1);
  const auto producer_config = translate(ClientKind::kProducer, properties, "secure-producer");
  SLUICE_ASSERT_OK(producer_config);
  auto producer = make_producer(*producer_config);
  SLUICE_ASSERT_OK(producer);
  OutgoingMessage message;
  message.topic = topic;
  message.value = "hello";
  produce(**producer, {message});
  auto consumer = new_consumer(properties);
  SLUICE_ASSERT_OK(consumer->assign({{{topic, 0}, {0, {}}}}));
  EXPECT_EQ(consume(*consumer, 1).at(0).value, "hello");
}

class SecurityBrokerTest : public BrokerTest {
 protected:
  void SetUp() override {
    BrokerTest::SetUp();
    if (env("SLUICE_TEST_TLS_DIR").empty()) GTEST_SKIP() << "SLUICE_TEST_TLS_DIR is not set";
  }
};

TEST_F(SecurityBrokerTest, SaslPlain) { round_trip(sasl("PLAIN")); }
TEST_F(SecurityBrokerTest, SaslScram256) { round_trip(sasl("SCRAM-SHA-256")); }
TEST_F(SecurityBrokerTest, SaslScram512) { round_trip(sasl("SCRAM-SHA-512")); }

TEST_F(SecurityBrokerTest, SaslOAuthBearerFromAFile) {
  const std::string url = "file://" + tls_file("token");
  security::allow_token_urls({url});
  round_trip({{"bootstrap.servers", env("SLUICE_TEST_SASL_BROKER")},
              {"security.protocol", "SASL_PLAINTEXT"},
              {"sasl.mechanism", "OAUTHBEARER"},
              {"sasl.oauthbearer.token.endpoint.url", url},
              {"sasl.jaas.config",
               "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;"}});
}

TEST_F(SecurityBrokerTest, KerberosWithAKeytab) {
  round_trip(
      kerberos(fmt::format("useKeyTab=true storeKey=true keyTab=\"{}\" principal=\"alice@SLUICE.TEST\"",
                           env("SLUICE_TEST_KEYTAB"))));
}

TEST_F(SecurityBrokerTest, KerberosWithATicketCache) {
  round_trip(kerberos(fmt::format("useTicketCache=true doNotPrompt=true ticketCache=\"{}\"",
                                  env("SLUICE_TEST_TICKET_CACHE"))));
}

TEST_F(SecurityBrokerTest, KerberosWithoutATicketIsSaidAtOnce) {
  const auto no_keytab = cluster_id(
      kerberos("useKeyTab=true keyTab=\"/no/such.keytab\" principal=\"alice@SLUICE.TEST\""), kPatience);
  ASSERT_FALSE(no_keytab.ok());
  EXPECT_EQ(no_keytab.error().exception_class(),
            "org.apache.kafka.common.errors.SaslAuthenticationException");
  EXPECT_EQ(no_keytab.error().message().substr(0, 77),
            "Kerberos login of alice@SLUICE.TEST with keytab /no/such.keytab failed: Key t");
  const auto no_cache = cluster_id(kerberos("useTicketCache=true ticketCache=\"/no/such.cache\""), kPatience);
  ASSERT_FALSE(no_cache.ok());
  EXPECT_EQ(no_cache.error().message().substr(0, 43), "Kerberos ticket cache FILE:/no/such.cache: ");
  const auto stranger =
      cluster_id(kerberos(fmt::format("useTicketCache=true ticketCache=\"{}\" principal=\"bob@SLUICE.TEST\"",
                                      env("SLUICE_TEST_TICKET_CACHE"))),
                 kPatience);
  ASSERT_FALSE(stranger.ok());
  EXPECT_NE(stranger.error().message().find("belongs to alice@SLUICE.TEST, not to bob@SLUICE.TEST"),
            std::string::npos);
}

TEST_F(SecurityBrokerTest, SaslOverTls) {
  round_trip(
      with(with(tls(), sasl("SCRAM-SHA-512")),
           {{"security.protocol", "SASL_SSL"}, {"bootstrap.servers", env("SLUICE_TEST_SASL_TLS_BROKER")}}));
}

TEST_F(SecurityBrokerTest, ClientCertificateFromAFile) {
  round_trip(with(tls(), {{"ssl.keystore.type", "PEM"}, {"ssl.keystore.location", tls_file("client.pem")}}));
  round_trip(with(tls(), {{"ssl.keystore.type", "PEM"},
                          {"ssl.keystore.location", tls_file("client-encrypted.pem")},
                          {"ssl.key.password", "key-secret"}}));
}

TEST_F(SecurityBrokerTest, EverythingInline) {
  const std::string client = read_file(tls_file("client.pem"));
  const size_t certificate = client.find("-----BEGIN CERTIFICATE-----");
  ASSERT_NE(certificate, std::string::npos);
  sdk::Properties properties = tls();
  properties.erase("ssl.truststore.location");
  round_trip(with(properties, {{"ssl.truststore.certificates", read_file(tls_file("ca.pem"))},
                               {"ssl.keystore.type", "PEM"},
                               {"ssl.keystore.key", client.substr(0, certificate)},
                               {"ssl.keystore.certificate.chain", client.substr(certificate)}}));
}

TEST_F(SecurityBrokerTest, AWrongPasswordIsSaidAtOnce) {
  for (const char* mechanism : {"PLAIN", "SCRAM-SHA-256"}) {
    SCOPED_TRACE(mechanism);
    const auto start = std::chrono::steady_clock::now();
    const auto id = cluster_id(sasl(mechanism, "wrong-secret"), kPatience);
    ASSERT_FALSE(id.ok());
    EXPECT_EQ(id.error().kind(), ErrorKind::kFailed);
    EXPECT_EQ(id.error().exception_class(), "org.apache.kafka.common.errors.SaslAuthenticationException");
    EXPECT_EQ(id.error().trace().find("wrong-secret"), std::string::npos);
    EXPECT_LT(std::chrono::steady_clock::now() - start, kPatience / 3);
  }
}

TEST_F(SecurityBrokerTest, AWrongPasswordEndsProducerAndConsumer) {
  const auto config =
      translate(ClientKind::kProducer, with(sasl("PLAIN", "wrong"), {{"enable.idempotence", "false"}}), "p");
  SLUICE_ASSERT_OK(config);
  auto producer = make_producer(*config);
  SLUICE_ASSERT_OK(producer);
  OutgoingMessage message;
  message.topic = "t";
  message.value = "v";
  SLUICE_ASSERT_OK((*producer)->send({&message, 1}, 0));
  Acks acks;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (acks.failed.empty() && std::chrono::steady_clock::now() < deadline)
    (*producer)->poll_acks(kTick, acks);
  ASSERT_EQ(acks.failed.size(), 1U);
  EXPECT_EQ(acks.failed[0].error.exception_class(),
            "org.apache.kafka.common.errors.SaslAuthenticationException");
  EXPECT_EQ((*producer)->send({&message, 1}, 1).error().kind(), ErrorKind::kFailed);

  auto consumer = new_consumer(with(sasl("PLAIN", "wrong"), {{"group.id", "g"}}));
  Status status;
  MessageBatch batch;
  while (status.ok() && std::chrono::steady_clock::now() < deadline)
    status = consumer->poll(kTick, 10, batch);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind(), ErrorKind::kFailed);
  EXPECT_EQ(status.error().exception_class(), "org.apache.kafka.common.errors.SaslAuthenticationException");
}

TEST_F(SecurityBrokerTest, CertificatesThatDoNotFitAreRefused) {
  const auto stranger = cluster_id(tls("other-ca.pem"), kPatience);
  ASSERT_FALSE(stranger.ok());
  EXPECT_EQ(stranger.error().exception_class(), "org.apache.kafka.common.errors.SslAuthenticationException");
  // No client certificate.
  EXPECT_FALSE(cluster_id(tls(), milliseconds(3000)).ok());
  const auto missing = cluster_id(tls("no-such-file.pem"));
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().kind(), ErrorKind::kBadConfig);
  EXPECT_NE(missing.error().message().find("no-such-file.pem"), std::string::npos)
      << missing.error().message();
}

}  // namespace
}  // namespace sluice::kafka::testing
