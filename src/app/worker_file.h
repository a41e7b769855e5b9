#pragma once
// worker.properties: read, checked against the worker's options, and put into effect where it concerns the
// whole process.

#include <string>

#include "base/result.h"
#include "sdk/config/config_def.h"
#include "sdk/properties.h"

namespace sluice::app {

struct WorkerFile {
  sdk::Properties properties;  // as written
  sdk::Config config;
};

/// Error kind kBadConfig names the file and the key.
Result<WorkerFile> read_worker_file(const std::string& file, const sdk::ConfigDef& options);

}  // namespace sluice::app
