#include "connectors/object_store/plan.h"

namespace sluice::connectors::object_store {

bool Plan::uses_clock() const {
  const PartitionerOptions& partitioner = options.partitioner;
  return partitioner.extractor == ExtractorKind::kWallclock &&
         (partitioner.kind == PartitionerKind::kTime || partitioner.kind == PartitionerKind::kTemplate);
}

PlanPtr make_plan(SinkOptions options, std::shared_ptr<store::ObjectStore> store) {
  auto plan = std::make_shared<Plan>();
  plan->options = std::move(options);
  auto zone = TimeZone::find(plan->options.partitioner.timezone);
  SLUICE_CHECK(zone.ok(), "the zone was checked when the options were parsed");
  plan->zone = std::move(zone).value();
  plan->store = std::move(store);
  plan->partitioner = make_partitioner(plan->options, plan->zone);
  return plan;
}

}  // namespace sluice::connectors::object_store
