#pragma once
// Java client properties (as in `producer.`, `consumer.override.` …) translated for the client library by one
// table (property_table.cc): mapped, meaningless here (named once in the log), or refused where ignoring it
// would harm.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sdk/properties.h"

namespace sluice::net {
class TokenSource;
}

namespace sluice::kafka {

namespace security {
class TicketSource;
}

enum class ClientKind : uint8_t { kProducer, kConsumer, kAdmin };

/// Settings in the client library's own names, ready to apply.
struct ClientConfig {
  ClientKind kind;
  std::vector<std::pair<std::string, std::string>> settings;
  /// Java properties without a meaning here, for one log line by the caller.
  std::vector<std::string> ignored;

  // What the library has no setting for, by Java's names and with Java's defaults.
  int64_t max_block_ms = 60'000;
  int64_t default_api_timeout_ms = 60'000;
  int64_t metadata_max_age_ms = 300'000;
  int32_t max_poll_records = 500;
  bool exclude_internal_topics = true;
  /// Consumers: false without group.id. Such a consumer can only be assigned, and cannot commit.
  bool has_group = false;
  /// Of SASL OAUTHBEARER; null otherwise.
  std::shared_ptr<net::TokenSource> token_source;
  /// Of SASL GSSAPI; null otherwise.
  std::shared_ptr<security::TicketSource> ticket_source;
};

/// `client_id` is used unless the properties have client.id. Error kind kBadConfig names key, value and what
/// is allowed. Secrets never appear in errors.
Result<ClientConfig> translate(ClientKind kind, const sdk::Properties& java_properties,
                               std::string_view client_id);

}  // namespace sluice::kafka
