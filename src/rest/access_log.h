#pragma once
// One line per answer in the extended NCSA form with the milliseconds it took, as Java's worker writes it.

#include "rest/exchange.h"

namespace sluice::rest {

void log_access(const Exchange& exchange, const net::ServerResponse& response);

}  // namespace sluice::rest
