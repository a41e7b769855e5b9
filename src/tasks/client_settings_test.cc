#include "tasks/client_settings.h"

#include <gtest/gtest.h>

namespace sluice::tasks {
namespace {

TEST(ClientSettings, LaterLayersWin) {
  const sdk::Properties worker{
      {"bootstrap.servers", "b:1"}, {"producer.linger.ms", "5"}, {"producer.acks", "1"}};
  const sdk::Properties connector{{"producer.override.linger.ms", "50"}};
  const auto settings = source_producer_settings(worker, connector);
  EXPECT_EQ(settings.at("bootstrap.servers"), "b:1");
  EXPECT_EQ(settings.at("acks"), "1");
  EXPECT_EQ(settings.at("linger.ms"), "50");
  EXPECT_EQ(settings.at("max.in.flight.requests.per.connection"), "1");
}

TEST(ClientSettings, TheGroupIsTheConnectorsUnlessOverridden) {
  const sdk::Properties worker{{"bootstrap.servers", "b:1"}};
  EXPECT_EQ(sink_consumer_settings(worker, {}, "lake").at("group.id"), "connect-lake");
  EXPECT_EQ(sink_consumer_settings(worker, {{"consumer.override.group.id", "g"}}, "lake").at("group.id"),
            "g");
}

TEST(ClientSettings, OnlyAdminClientsInheritTheWorkersOwnKeys) {
  const sdk::Properties worker{
      {"bootstrap.servers", "b:1"}, {"security.protocol", "SSL"}, {"producer.acks", "1"}};
  EXPECT_EQ(admin_settings(worker, {}).at("security.protocol"), "SSL");
  EXPECT_FALSE(admin_settings(worker, {}).contains("producer.acks"));
  EXPECT_FALSE(source_producer_settings(worker, {}).contains("security.protocol"));
}

TEST(ClientSettings, PoliciesRefuseByNameOrJavaClass) {
  const sdk::Properties connector{{"producer.override.acks", "1"},
                                  {"consumer.override.sasl.mechanism", "PLAIN"}};
  const auto refused = [&](std::string policy) {
    return refused_overrides({{"connector.client.config.override.policy", std::move(policy)}}, connector);
  };
  EXPECT_TRUE(refused_overrides({}, connector).empty());
  EXPECT_EQ(refused("None").size(), 2U);
  const auto by_principal =
      refused("org.apache.kafka.connect.connector.policy.PrincipalConnectorClientConfigOverridePolicy");
  ASSERT_EQ(by_principal.size(), 1U);
  EXPECT_EQ(by_principal[0].first, "producer.override.acks");
  EXPECT_EQ(by_principal[0].second,
            "The 'Principal' policy does not allow 'acks' to be overridden in the connector configuration.");
}

}  // namespace
}  // namespace sluice::tasks
