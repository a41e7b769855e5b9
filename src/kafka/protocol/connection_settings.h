#pragma once
// Java client properties as what connections of this folder need; the same translation and checks as for
// every other client of this room, so that one worker file authenticates both.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "kafka/protocol/broker_client.h"
#include "kafka/protocol/group_link.h"
#include "kafka/protocol/sasl.h"
#include "net/tls.h"
#include "sdk/properties.h"

namespace sluice::kafka::protocol {

struct ConnectionSettings {
  std::vector<BrokerAddress> bootstrap;
  std::string client_id;
  std::shared_ptr<const SaslConfig> sasl;  // null: none
  std::shared_ptr<net::TlsContext> tls;    // null: plain text
  std::chrono::milliseconds request_timeout{30'000};
  std::chrono::milliseconds retry_backoff{100};
  std::chrono::milliseconds retry_backoff_max{1'000};
  std::chrono::milliseconds reconnect_backoff{50};
  std::chrono::milliseconds reconnect_backoff_max{1'000};

  BrokerClientConfig broker_client() const;
};

/// `client_id` is used unless the properties have client.id. Error kind kBadConfig names key, value and what
/// is allowed; secrets never appear.
Result<ConnectionSettings> connection_settings(const sdk::Properties& properties,
                                               const std::string& client_id);

}  // namespace sluice::kafka::protocol
