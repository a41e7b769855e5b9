#pragma once
// Options of the FileStream connectors: keys, defaults and texts of Kafka's own.

#include <string_view>

#include "sdk/config/config_def.h"

namespace sluice::connectors::file {

inline constexpr std::string_view kFile = "file";
inline constexpr std::string_view kTopic = "topic";
inline constexpr std::string_view kBatchSize = "batch.size";

// Keys of source partitions and offsets.
inline constexpr std::string_view kFilenameField = "filename";
inline constexpr std::string_view kPositionField = "position";

const sdk::ConfigDef& source_options();
const sdk::ConfigDef& sink_options();

}  // namespace sluice::connectors::file
