#pragma once
// One source of credentials for all clients with the same settings, alive as long as one of them.
// Thread-safe.

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/random.h"

namespace sluice::kafka::security {

/// `settings` tells apart what must not share a source. The one registry of this process for this type.
template <typename Source, typename Options>
std::shared_ptr<Source> shared_source(const std::string& settings, const Options& options) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<Source>> sources;
  const std::lock_guard lock(mutex);
  std::shared_ptr<Source> source = sources[settings].lock();
  if (source == nullptr) {
    source = std::make_shared<Source>(options, system_clock(), system_random());
    sources[settings] = source;
  }
  return source;
}

}  // namespace sluice::kafka::security
