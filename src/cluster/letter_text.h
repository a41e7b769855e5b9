#pragma once
// Key and value of dead letters as people read them.

#include <vector>

#include "cluster/connector_call.h"
#include "cluster/dead_letter.h"

namespace sluice::cluster {

/// Fills in key_json and value_json, as far as the connector's converters can read the bytes. May ask a
/// schema registry, and wait for it.
void decode_letters(const ConnectorCall& call, std::vector<DeadLetter>& letters);

}  // namespace sluice::cluster
