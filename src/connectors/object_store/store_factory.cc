#include "connectors/object_store/store_factory.h"

#include "drivers/object_store/local_store.h"

namespace sluice::connectors::object_store {
namespace {

constexpr std::string_view kFileScheme = "file://";

}  // namespace

Result<std::shared_ptr<sluice::object_store::ObjectStore>> open_store(const StoreOptions& options,
                                                                      const StopSignal&) {
  if (options.url.starts_with(kFileScheme)) {
    const std::string folder = options.url.substr(kFileScheme.size()) + "/" + options.bucket;
    SLUICE_ASSIGN_OR_RETURN(auto local, sluice::object_store::open_local_store(folder));
    return std::shared_ptr<sluice::object_store::ObjectStore>(std::move(local));
  }
  return unsupported("only file:/// is there yet");
}

}  // namespace sluice::connectors::object_store
