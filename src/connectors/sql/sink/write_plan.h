#pragma once
// How the records of one kind are written: where their cells come from and what table they go to. Immutable.

#include <memory>

#include "connectors/sql/sink/record_plan.h"
#include "connectors/sql/table_write.h"

namespace sluice::connectors::sql {

struct WritePlan {
  std::unique_ptr<RecordPlan> record;
  TableWrite write;
};

}  // namespace sluice::connectors::sql
