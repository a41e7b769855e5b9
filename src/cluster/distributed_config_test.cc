#include "cluster/distributed_config.h"

#include <gtest/gtest.h>

#include "tasks/worker_config.h"

namespace sluice::cluster {
namespace {

sdk::Properties minimal() {
  return {{"group.id", "c"},
          {"key.converter", "StringConverter"},
          {"value.converter", "StringConverter"},
          {"config.storage.topic", "configs"},
          {"offset.storage.topic", "offsets"},
          {"status.storage.topic", "statuses"}};
}

Result<HerderOptions> options_of(const sdk::Properties& more) {
  sdk::Properties properties = minimal();
  for (const auto& [key, value] : more) properties[key] = value;
  SLUICE_ASSIGN_OR_RETURN(const auto config, tasks::distributed_worker_config().parse(properties));
  return herder_options(config, system_random());
}

TEST(DistributedConfig, DefaultsAreJavas) {
  const auto options = options_of({});
  ASSERT_TRUE(options.ok()) << options.error().message();
  EXPECT_EQ(options->protocol, ConnectProtocol::kSessioned);
  EXPECT_EQ(options->exactly_once, ExactlyOnceSources::kDisabled);
  EXPECT_EQ(options->session_timeout.count(), 10'000);
  EXPECT_EQ(options->rebalance_delay_max.count(), 300'000);
  EXPECT_EQ(options->keys.ttl.count(), 3'600'000);
  EXPECT_FALSE(options->keys.key_bits.has_value());
  EXPECT_EQ(options->incarnation.size(), 32U);
  EXPECT_NE(options->incarnation, options_of({})->incarnation);
  EXPECT_EQ(options->healing.policy, RestartPolicy::kAuto);
  EXPECT_EQ(options->peers.timeout.count(), 1'500);
}

TEST(DistributedConfig, WordsInAnyCase) {
  const auto options =
      options_of({{"connect.protocol", "EAGER"}, {"exactly.once.source.support", "Preparing"}});
  ASSERT_TRUE(options.ok()) << options.error().message();
  EXPECT_EQ(options->protocol, ConnectProtocol::kEager);
  EXPECT_EQ(options->exactly_once, ExactlyOnceSources::kPreparing);
}

TEST(DistributedConfig, WhatCannotWorkIsRefused) {
  const auto error = [](const sdk::Properties& more) {
    const auto options = options_of(more);
    return options.ok() ? std::string() : options.error().message();
  };
  EXPECT_EQ(error({{"heartbeat.interval.ms", "10000"}}),
            "Heartbeat must be set lower than the session timeout");
  EXPECT_NE(error({{"inter.worker.signature.algorithm", "HmacSHA1"}}), "");
  EXPECT_NE(error({{"connect.protocol", "chatty"}}), "");
  EXPECT_NE(error({{"config.storage.replication.factor", "0"}}).find("Replication factor must be positive"),
            std::string::npos);
  EXPECT_NE(error({{"offset.storage.partitions", "-2"}}).find("Number of partitions must be positive"),
            std::string::npos);
  EXPECT_NE(error({{"scheduled.rebalance.max.delay.ms", "-1"}}), "");
}

TEST(DistributedConfig, TheGroupIsNeeded) {
  sdk::Properties properties = minimal();
  properties.erase("group.id");
  const auto config = tasks::distributed_worker_config().parse(properties);
  ASSERT_FALSE(config.ok());
  EXPECT_NE(config.error().message().find("Missing required configuration \"group.id\""), std::string::npos);
}

}  // namespace
}  // namespace sluice::cluster
