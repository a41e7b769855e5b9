#pragma once
// The process's token source (kafka/security) for connections that may not block.

#include <memory>

#include "kafka/protocol/sasl.h"
#include "net/token_source.h"

namespace sluice::kafka::protocol {

/// Asks `source` on a thread of its own while there is something to ask. The destructor waits for the request
/// under way, if any, at most for the source's own time-out.
std::shared_ptr<BearerTokens> make_bearer_tokens(std::shared_ptr<net::TokenSource> source);

}  // namespace sluice::kafka::protocol
