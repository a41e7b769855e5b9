#pragma once
// The options of Java's Kafka clients (4.1) as REST describes them where a connector overrides them: type,
// default and importance. What becomes of their values here is another matter (kafka/client_config.h).

#include <optional>
#include <string_view>

#include "kafka/client_config.h"
#include "sdk/config/config_def.h"

namespace sluice::tasks {

/// None if that kind of client has no such option.
std::optional<sdk::ConfigKey> client_definition(kafka::ClientKind kind, std::string_view name);

}  // namespace sluice::tasks
