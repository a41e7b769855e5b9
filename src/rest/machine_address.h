#pragma once
// Under which address others can reach this machine, where the configuration does not say it.

#include <string>

namespace sluice::rest {

/// What the host's own name resolves to, else the first address of an interface that is up; 127.0.0.1 if
/// there is none but the loopback.
std::string machine_address();

}  // namespace sluice::rest
