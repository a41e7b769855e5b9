#pragma once
// What `sluice --version` and the REST API's root tell.

namespace sluice::app {

inline constexpr const char* kVersion = "0.1.0";
/// The Kafka Connect whose REST API and topics are spoken.
inline constexpr const char* kConnectVersion = "4.1.0";
inline constexpr const char* kConnectCommit = "13f70256db3c994c";

}  // namespace sluice::app
