#pragma once
// What members of the classic consumer protocol tell their leader (ConsumerProtocolSubscription).

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace sluice::kafka::protocol {

/// The topics that a member has subscribed to, sorted; none if the bytes are no subscription.
std::optional<std::vector<std::string>> subscribed_topics(BytesView metadata);

}  // namespace sluice::kafka::protocol
