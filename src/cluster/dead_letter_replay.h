#pragma once
// Puts dead letters back to the topic that they came from. Blocking, with deadlines; any thread.

#include "cluster/connector_call.h"
#include "cluster/dead_letter.h"
#include "cluster/herder.h"

namespace sluice::cluster {

Answer<DeadLetterPage> read_dead_letters(const ConnectorCall& call, const DeadLetterQuery& query);

/// In one transaction with the note that they have been replayed: each letter once, whatever dies meanwhile.
/// Two replays of a connector at once: the later fences the earlier, which has then done nothing.
Answer<ReplayOutcome> replay_dead_letters(const ConnectorCall& call, const ReplayRequest& request);

}  // namespace sluice::cluster
