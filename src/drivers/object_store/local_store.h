#pragma once
// Objects as files below a folder. A file is written under a temporary name in the folder's `.sluice-tmp/`,
// synced, renamed to its key, and the directories that gained an entry are synced too: after a power cut a
// key is whole or absent. Temporary files are locked while their writer lives, so that any process can tell
// the leftovers of dead ones and remove them.

#include <memory>

#include "drivers/object_store/object_store.h"

namespace sluice::object_store {

inline constexpr const char* kTemporaryFolder = ".sluice-tmp";

/// Creates `folder` (and its parents) if needed and removes leftovers.
/// Error kind kFailed: it cannot be written to.
Result<std::unique_ptr<ObjectStore>> open_local_store(const std::string& folder);

}  // namespace sluice::object_store
