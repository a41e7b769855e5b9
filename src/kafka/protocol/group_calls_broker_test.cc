// Calls to a real broker, over every kind of listener; see tests/system/test_group_protocol.py.

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/pumped_scheduler.h"
#include "kafka/admin.h"
#include "kafka/client_config.h"
#include "kafka/consumer.h"
#include "kafka/producer.h"
#include "kafka/protocol/connection_settings.h"
#include "kafka/protocol/group_calls.h"
#include "kafka/protocol/network.h"
#include "kafka/protocol/testing/hex.h"
#include "kafka/protocol/testing/recording_listener.h"
#include "kafka/security/oauth_options.h"

namespace sluice::kafka::protocol {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience{30'000};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string unique(const std::string& stem) { return stem + "-" + testing::to_hex(system_random().bytes(8)); }

struct Assigned final : RebalanceListener {
  void assigned(const std::set<TopicPartition>& partitions) override { count += partitions.size(); }
  void revoked(const std::set<TopicPartition>& /*partitions*/) override {}
  void lost(const std::set<TopicPartition>& /*partitions*/) override {}
  size_t count = 0;
};

class GroupCallsBrokerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (environment("SLUICE_TEST_BROKER").empty()) GTEST_SKIP() << "SLUICE_TEST_BROKER is not set";
  }
  static sdk::Properties plain() { return {{"bootstrap.servers", environment("SLUICE_TEST_BROKER")}}; }
  static std::string new_topic(const std::string& name) {
    const auto config = translate(ClientKind::kAdmin, plain(), "maker");
    auto admin = make_admin(config.value());
    const auto made = admin.value()->create_topic({name, 1, 1, {}}, kPatience);
    EXPECT_TRUE(made.ok()) << made.error().trace();
    return name;
  }
  static std::unique_ptr<GroupCalls> calls(const sdk::Properties& properties = plain()) {
    auto made = make_group_calls(properties, "calls");
    EXPECT_TRUE(made.ok()) << made.error().message();
    return std::move(made).value();
  }
};

TEST_F(GroupCallsBrokerTest, FencesProducersAndEndsTheirTransactions) {
  const std::string id = unique("tx");
  const std::string topic = new_topic(id);
  const auto config = translate(ClientKind::kProducer, plain(), "zombie");
  ASSERT_TRUE(config.ok()) << config.error().message();
  auto zombie = make_transactional_producer(config.value(), id);
  ASSERT_TRUE(zombie.ok());
  ASSERT_TRUE((*zombie)->init_transactions(kPatience).ok());
  ASSERT_TRUE((*zombie)->begin_transaction().ok());
  const OutgoingMessage message{topic, kNullBytes, "v", {}};
  ASSERT_TRUE((*zombie)->send({&message, 1}, 0).ok());
  Acks acks;
  for (int i = 0; i < 100 && acks.acked.empty(); ++i) (*zombie)->poll_acks(milliseconds(200), acks);
  ASSERT_FALSE(acks.acked.empty());
  // Ids that nobody has used are fenced too.
  const Status fenced = calls()->fence_producers({unique("unused"), id}, kPatience);
  ASSERT_TRUE(fenced.ok()) << fenced.error().message();
  const Status committed = (*zombie)->commit_transaction(kPatience);
  ASSERT_FALSE(committed.ok());
  EXPECT_EQ(committed.error().kind(), ErrorKind::kFenced);
}

TEST_F(GroupCallsBrokerTest, FencesManyAtOnce) {
  std::vector<std::string> ids;
  for (int i = 0; i < 60; ++i) ids.push_back(unique("many"));
  const auto api = calls();
  const Status fenced = api->fence_producers(ids, kPatience);
  EXPECT_TRUE(fenced.ok()) << fenced.error().message();
  EXPECT_TRUE(api->fence_producers({}, kPatience).ok());
}

TEST_F(GroupCallsBrokerTest, DescribesAGroupThatNobodyKnows) {
  const auto group = calls()->describe_group(unique("nobody"), kPatience);
  ASSERT_TRUE(group.ok()) << group.error().message();
  EXPECT_EQ(group->state, "Dead");
  EXPECT_TRUE(group->members.empty());
}

TEST_F(GroupCallsBrokerTest, RemovesStaticMembersByInstanceId) {
  const std::string group = unique("static");
  const std::string topic = new_topic(group);
  auto properties = plain();
  properties["group.id"] = group;
  properties["group.instance.id"] = "instance-1";
  const auto config = translate(ClientKind::kConsumer, properties, "static-member");
  ASSERT_TRUE(config.ok()) << config.error().message();
  auto consumer = make_consumer(config.value());
  ASSERT_TRUE(consumer.ok());
  Assigned assigned;
  ASSERT_TRUE((*consumer)->subscribe({topic}, assigned).ok());
  MessageBatch batch;
  for (int i = 0; i < 100 && assigned.count == 0; ++i) {
    ASSERT_TRUE((*consumer)->poll(milliseconds(200), 10, batch).ok());
  }
  consumer->reset();
  const auto api = calls();
  const auto members = [&] {
    auto described = api->describe_group(group, kPatience);
    return described.ok() ? described->members : std::vector<GroupCalls::Member>(99);
  };
  // Static members never leave by themselves.
  ASSERT_EQ(members().size(), 1U);
  EXPECT_EQ(members()[0].instance_id, "instance-1");
  const Status removed = api->remove_instances(group, {"instance-1", "never-was"}, kPatience);
  ASSERT_TRUE(removed.ok()) << removed.error().message();
  EXPECT_EQ(members().size(), 0U);
  EXPECT_TRUE(api->remove_instances(group, {"instance-1"}, kPatience).ok());
  EXPECT_TRUE(api->remove_instances(unique("no-group"), {"instance-1"}, kPatience).ok());
}

TEST_F(GroupCallsBrokerTest, AnUnreachableBrokerIsGivenUpInTime) {
  const auto start = std::chrono::steady_clock::now();
  const auto group = calls({{"bootstrap.servers", "127.0.0.1:1"}})->describe_group("g", milliseconds(1'500));
  ASSERT_FALSE(group.ok());
  EXPECT_EQ(group.error().kind(), ErrorKind::kRetry);
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(4'000));
}

// --- listeners
// ------------------------------------------------------------------------------------------------

class SecureGroupBrokerTest : public GroupCallsBrokerTest {
 protected:
  static constexpr const char* kPassword = "alice-secret";

  static sdk::Properties sasl(const std::string& mechanism, const std::string& password = kPassword) {
    const std::string module = mechanism == "PLAIN" ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
    return {{"bootstrap.servers", environment("SLUICE_TEST_SASL_BROKER")},
            {"security.protocol", "SASL_PLAINTEXT"},
            {"sasl.mechanism", mechanism},
            {"sasl.jaas.config", "org.apache.kafka.common.security." + module +
                                     " required username=\"alice\" password=\"" + password + "\";"}};
  }
  static std::string file(const std::string& name) { return environment("SLUICE_TEST_TLS_DIR") + "/" + name; }
  static sdk::Properties tls(const std::string& authority) {
    return {{"bootstrap.servers", environment("SLUICE_TEST_TLS_BROKER")},
            {"security.protocol", "SSL"},
            {"ssl.truststore.type", "PEM"},
            {"ssl.truststore.location", file(authority)}};
  }
  static sdk::Properties mutual_tls() {
    auto properties = tls("ca.pem");
    properties["ssl.keystore.type"] = "PEM";
    properties["ssl.keystore.location"] = file("client-encrypted.pem");
    properties["ssl.key.password"] = "key-secret";
    return properties;
  }

  /// Joins a group over this listener, and says how that ended: "" or the fatal error.
  static std::string join(const sdk::Properties& properties) {
    auto settings = connection_settings(properties, "secure");
    if (!settings.ok()) return settings.error().message();
    PumpedScheduler scheduler;
    const auto network = make_network(scheduler, settings->tls);
    testing::RecordingListener listener("m");
    GroupMemberConfig config;
    config.bootstrap = settings->bootstrap;
    config.group_id = unique("secure");
    config.client_id = settings->client_id;
    config.sasl = settings->sasl;
    const auto member =
        make_group_member(config, *network, scheduler, system_clock(), system_random(), listener);
    member->start();
    scheduler.run_until([&] { return listener.rounds > 0 || !listener.fatal.empty(); }, kPatience);
    if (!listener.fatal.empty()) return listener.fatal[0].trace();
    return listener.rounds > 0 ? "" : "nothing happened";
  }
};

TEST_F(SecureGroupBrokerTest, JoinsWithEachMechanism) {
  for (const char* mechanism : {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"}) {
    EXPECT_EQ(join(sasl(mechanism)), "") << mechanism;
  }
}

TEST_F(SecureGroupBrokerTest, AWrongPasswordIsFatal) {
  EXPECT_EQ(join(sasl("PLAIN", "wrong")).substr(0, 64),
            "org.apache.kafka.common.errors.SaslAuthenticationException: Brok");
  EXPECT_NE(join(sasl("SCRAM-SHA-512", "wrong"))
                .find("Authentication failed during authentication due to invalid "
                      "credentials with SASL mechanism SCRAM-SHA-512"),
            std::string::npos);
  EXPECT_EQ(join(sasl("PLAIN", "wrong")).find("wrong"), std::string::npos);
}

TEST_F(SecureGroupBrokerTest, JoinsWithAToken) {
  const std::string url = "file://" + file("token");
  security::allow_token_urls({url});
  auto properties = sasl("PLAIN");
  properties["sasl.mechanism"] = "OAUTHBEARER";
  properties["sasl.oauthbearer.token.endpoint.url"] = url;
  properties["sasl.jaas.config"] =
      "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;";
  EXPECT_EQ(join(properties), "");
}

TEST_F(SecureGroupBrokerTest, JoinsWithATicket) {
  const std::string module = "com.sun.security.auth.module.Krb5LoginModule required ";
  const auto properties = [&](const std::string& options) -> sdk::Properties {
    return {{"bootstrap.servers", environment("SLUICE_TEST_KERBEROS_BROKER")},
            {"security.protocol", "SASL_PLAINTEXT"},
            {"sasl.kerberos.service.name", "kafka"},
            {"sasl.jaas.config", module + options + ";"}};
  };
  EXPECT_EQ(
      join(properties("useTicketCache=true ticketCache=\"" + environment("SLUICE_TEST_TICKET_CACHE") + "\"")),
      "");
  const std::string keytab = "useKeyTab=true keyTab=\"" + environment("SLUICE_TEST_KEYTAB") + "\" principal=";
  EXPECT_EQ(join(properties(keytab + "\"alice@SLUICE.TEST\"")), "");
  constexpr std::string_view kRefused = "org.apache.kafka.common.errors.SaslAuthenticationException";
  EXPECT_EQ(join(properties(keytab + "\"nobody@SLUICE.TEST\"")).substr(0, kRefused.size()), kRefused);
  auto wrong_service = properties(keytab + "\"alice@SLUICE.TEST\"");
  wrong_service["sasl.kerberos.service.name"] = "no-such-service";
  EXPECT_NE(join(wrong_service).find("no-such-service"), std::string::npos);
}

TEST_F(SecureGroupBrokerTest, JoinsOverMutualTls) { EXPECT_EQ(join(mutual_tls()), ""); }

TEST_F(SecureGroupBrokerTest, TlsThatTheOtherDoesNotAcceptIsFatal) {
  constexpr std::string_view kRefused = "org.apache.kafka.common.errors.SslAuthenticationException";
  EXPECT_EQ(join(tls("other-ca.pem")).substr(0, kRefused.size()), kRefused);
  // The listener wants a certificate of ours.
  EXPECT_EQ(join(tls("ca.pem")).substr(0, kRefused.size()), kRefused);
}

TEST_F(SecureGroupBrokerTest, TheHostNameIsChecked) {
  auto properties = mutual_tls();
  std::string& servers = properties["bootstrap.servers"];
  servers = "localhost" + servers.substr(servers.rfind(':'));
  EXPECT_NE(join(properties), "");
}

TEST_F(SecureGroupBrokerTest, JoinsWithALoginOverTls) {
  auto properties = sasl("SCRAM-SHA-256");
  properties["bootstrap.servers"] = environment("SLUICE_TEST_SASL_TLS_BROKER");
  properties["security.protocol"] = "SASL_SSL";
  properties["ssl.truststore.type"] = "PEM";
  properties["ssl.truststore.location"] = file("ca.pem");
  EXPECT_EQ(join(properties), "");
}

}  // namespace
}  // namespace sluice::kafka::protocol
