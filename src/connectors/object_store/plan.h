#pragma once
// Everything that decides where a record's row ends up: options, partitioner and store together. A task has
// one; the range of an unfinished intent is finished under the one that it recorded.

#include <functional>
#include <memory>

#include "connectors/object_store/options.h"
#include "connectors/object_store/partitioner.h"
#include "connectors/object_store/time_zone.h"
#include "drivers/object_store/object_store.h"

namespace sluice::connectors::object_store {

namespace store = sluice::object_store;

/// The store is used by the upload thread too, the rest by the task's own.
struct Plan {
  SinkOptions options;
  TimeZone zone;
  std::shared_ptr<store::ObjectStore> store;
  std::unique_ptr<Partitioner> partitioner;  // refers to zone

  /// Paths or names depend on the clock.
  bool uses_clock() const;
};
using PlanPtr = std::shared_ptr<Plan>;

/// `store` is shared between plans of the same store options.
PlanPtr make_plan(SinkOptions options, std::shared_ptr<store::ObjectStore> store);

}  // namespace sluice::connectors::object_store
