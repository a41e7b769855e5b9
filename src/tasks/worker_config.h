#pragma once
// The worker's own options (org.apache.kafka.connect.runtime.WorkerConfig, StandaloneConfig of 4.1).

#include "sdk/config/config_def.h"

namespace sluice::tasks {

/// Options that every worker has.
const sdk::ConfigDef& common_worker_config();
/// Those and `offset.storage.file.filename`.
const sdk::ConfigDef& standalone_worker_config();

}  // namespace sluice::tasks
