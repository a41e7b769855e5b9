#pragma once
// The worker's own options (org.apache.kafka.connect.runtime.WorkerConfig, StandaloneConfig of 4.1).

#include "sdk/config/config_def.h"

namespace sluice::tasks {

/// Options that every worker has.
const sdk::ConfigDef& common_worker_config();
/// Those, the group's, the internal topics', the worker's clients' and Sluice's own (DistributedConfig).
const sdk::ConfigDef& distributed_worker_config();
/// The common ones and `offset.storage.file.filename`.
const sdk::ConfigDef& standalone_worker_config();

}  // namespace sluice::tasks
