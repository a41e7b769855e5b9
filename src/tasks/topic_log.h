#pragma once

#include <memory>

#include "base/stop_signal.h"
#include "sdk/topic_log.h"

namespace sluice::tasks {

/// Error kind kBadConfig for settings that clients do not know. `stop` outlives the log, and ends its waits.
Result<std::unique_ptr<sdk::TopicLog>> make_topic_log(const sdk::TopicLogConfig& config,
                                                      const StopSignal& stop);

}  // namespace sluice::tasks
