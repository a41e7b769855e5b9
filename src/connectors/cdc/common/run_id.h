#pragma once

#include <string>

#include "base/clock.h"

namespace sluice::connectors::cdc {

/// Names one run of a task: a UUID of version 7 (RFC 9562), which begins with the time.
std::string make_run_id(const Clock& clock);

}  // namespace sluice::connectors::cdc
