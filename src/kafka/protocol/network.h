#pragma once
// The real network: TCP or TLS on one I/O thread. Callbacks come through the scheduler. Nothing of Boost
// shows here.

#include <memory>

#include "base/scheduler.h"
#include "kafka/protocol/group_link.h"
#include "net/tls.h"

namespace sluice::kafka::protocol {

/// Outlives its links; `scheduler` outlives it. `tls` may be null: plain text. A host name that the system's
/// resolver hangs on delays the destructor until it gives up.
std::unique_ptr<GroupNetwork> make_network(Scheduler& scheduler, std::shared_ptr<net::TlsContext> tls);

}  // namespace sluice::kafka::protocol
