#pragma once
// worker.properties: read, checked against the worker's options, and put into effect where it concerns the
// whole process.

#include <string>

#include "base/result.h"
#include "sdk/config/config_def.h"
#include "sdk/properties.h"
#include "tasks/config_transformer.h"

namespace sluice::app {

struct WorkerFile {
  sdk::Properties properties;  // with what the file's config providers give
  sdk::Config config;
  tasks::ConfigTransformer transformer;  // for connectors
};

/// Error kind kBadConfig names the file and the key.
Result<WorkerFile> read_worker_file(const std::string& file, const sdk::ConfigDef& options);

}  // namespace sluice::app
