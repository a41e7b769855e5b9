#pragma once
// The blocking part of telling a running connector something. Any thread.

#include <string>

#include "cluster/connector_call.h"
#include "cluster/request_steps.h"

namespace sluice::cluster {

/// Puts the signal where the connector's task looks for it, and answers with the message for the user.
Answer<std::string> send_signal(const ConnectorCall& call, const std::string& signal);

}  // namespace sluice::cluster
