#pragma once
// What a worker's properties file says, as the herder and the group member take it.

#include "base/random.h"
#include "cluster/herder_options.h"
#include "kafka/protocol/connection_settings.h"
#include "kafka/protocol/group_member.h"
#include "sdk/config/config_def.h"

namespace sluice::cluster {

/// `config` is the parsed distributed_worker_config(). Kind kBadConfig, with Java's text, for combinations
/// that cannot work. URL, worker id and Kafka's cluster id are the caller's to fill in.
Result<HerderOptions> herder_options(const sdk::Config& config, Random& random);

/// Timings and names of the group, addresses and security of `connection`.
kafka::protocol::GroupMemberConfig group_member_config(const sdk::Config& config,
                                                       const kafka::protocol::ConnectionSettings& connection);

}  // namespace sluice::cluster
