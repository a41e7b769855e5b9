#pragma once
// From options to an object store.

#include <memory>

#include "base/result.h"
#include "base/stop_signal.h"
#include "connectors/object_store/options.h"
#include "drivers/object_store/object_store.h"

namespace sluice::connectors::object_store {

/// `stop` ends waits for retries; it outlives the store.
/// Kinds: kBadConfig (no credentials, a URL that is none), kFailed, kRetry.
Result<std::shared_ptr<sluice::object_store::ObjectStore>> open_store(const StoreOptions& options,
                                                                      const StopSignal& stop);

}  // namespace sluice::connectors::object_store
