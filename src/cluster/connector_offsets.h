#pragma once
// The blocking part of requests about offsets, for source and for sink connectors. Any thread; each call
// keeps to a deadline.

#include <optional>
#include <string>
#include <vector>

#include "cluster/connector_call.h"
#include "cluster/herder.h"
#include "tasks/connector_offsets.h"

namespace sluice::cluster {

/// What is asked for; none: all offsets are reset.
using OffsetChange = std::optional<std::vector<OffsetEntry>>;

Answer<std::vector<OffsetEntry>> read_source_offsets(const ConnectorCall& of,
                                                     tasks::ConnectorOffsets& offsets);
Answer<std::string> change_source_offsets(const ConnectorCall& of, tasks::ConnectorOffsets& offsets,
                                          const OffsetChange& change);

Answer<std::vector<OffsetEntry>> read_sink_offsets(const ConnectorCall& of);
/// Takes what is left of the connector's own tasks out of the group first.
Answer<std::string> change_sink_offsets(const ConnectorCall& of, const OffsetChange& change);

/// The message for the user; `is_vouched`: by the connector.
std::string offsets_changed(const OffsetChange& change, bool is_vouched);

}  // namespace sluice::cluster
