#pragma once
// What `sluice --version` and the REST API's root tell.

namespace sluice::app {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace sluice::app
