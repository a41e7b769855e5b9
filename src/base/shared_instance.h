#pragma once
// One object for all users with the same settings, alive as long as one of them. Thread-safe.

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace sluice {

/// `settings` tells apart what must not share an object; `make` gives a std::shared_ptr<T>. One registry per
/// type in this process.
template <typename T, typename Make>
std::shared_ptr<T> shared_instance(const std::string& settings, const Make& make) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<T>> instances;
  const std::lock_guard lock(mutex);
  std::shared_ptr<T> instance = instances[settings].lock();
  if (instance == nullptr) {
    instance = make();
    instances[settings] = instance;
  }
  return instance;
}

}  // namespace sluice
