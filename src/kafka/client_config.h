#pragma once
// Java client properties (as in `producer.`, `consumer.override.` …) translated for the client library by one table
// (property_table.cc): mapped, meaningless here (named once in the log), or refused where ignoring it would harm.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sdk/properties.h"

namespace sluice::kafka {

enum class ClientKind : uint8_t { kProducer, kConsumer, kAdmin };

/// Settings in the client library's own names, ready to apply.
struct ClientConfig {
  ClientKind kind;
  std::vector<std::pair<std::string, std::string>> settings;
  /// Java properties without a meaning here, for one log line by the caller.
  std::vector<std::string> ignored;
  /// Java's max.block.ms and delivery.timeout.ms where the library has none of its own; milliseconds.
  int64_t max_block_ms = 60'000;
};

/// `client_id` is used unless the properties have client.id. Error kind kBadConfig names key, value and what is
/// allowed. Secrets never appear in errors.
Result<ClientConfig> translate(ClientKind kind, const sdk::Properties& java_properties, std::string_view client_id);

}  // namespace sluice::kafka
