#pragma once
// Builds what a task consists of from its configuration: clients, converters, chain, error policy.

#include "base/clock.h"
#include "plugins/plugins.h"
#include "tasks/connector_offsets.h"
#include "tasks/exactly_once_runner.h"
#include "tasks/sink_task_runner.h"
#include "tasks/source_task_runner.h"

namespace sluice::tasks {

/// Everything by value or outliving the task.
struct TaskBlueprint {
  TaskId id;
  sdk::Properties worker;
  sdk::Properties connector;
  sdk::Properties task;
  std::string group_instance_id;  // of sinks, unless the user gives one; empty: dynamic
  std::chrono::milliseconds offset_flush_interval;
  std::chrono::milliseconds offset_flush_timeout;
};

Result<SourceTaskParts> make_source_parts(const TaskBlueprint& blueprint, const plugins::Plugins& plugins,
                                          const sdk::SourcePlugin& plugin, ConnectorOffsets& offsets,
                                          const Clock& clock, const StopSignal& stop);
Result<ExactlyOnceParts> make_exactly_once_parts(const TaskBlueprint& blueprint,
                                                 const plugins::Plugins& plugins,
                                                 const sdk::SourcePlugin& plugin, ConnectorOffsets& offsets,
                                                 const Clock& clock, const StopSignal& stop);
Result<SinkTaskParts> make_sink_parts(const TaskBlueprint& blueprint, const plugins::Plugins& plugins,
                                      const sdk::SinkPlugin& plugin, const Clock& clock,
                                      const StopSignal& stop);

}  // namespace sluice::tasks
