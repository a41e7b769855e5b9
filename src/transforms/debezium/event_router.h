#pragma once
// Debezium's outbox.EventRouter: rows inserted into an outbox table become the events that they hold, each in
// the topic of its aggregate.

#include <memory>

#include "sdk/transform.h"

namespace sluice::transforms::debezium {

std::unique_ptr<sdk::Transform> make_event_router();

}  // namespace sluice::transforms::debezium
