#pragma once
// Options of the Datagen source: the Java connector's keys, and ours for speed and repeatability.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sdk/config/config_def.h"

namespace sluice::connectors::datagen {

/// Added to task configurations.
inline constexpr std::string_view kTaskId = "task.id";

struct Quickstart;

struct Options {
  std::string topic;
  const Quickstart* quickstart = nullptr;
  double records_per_second = 0;  // 0: as fast as they are taken
  int64_t iterations = -1;        // per task; -1: without end
  std::optional<uint64_t> seed;
};

const sdk::ConfigDef& options_def();
/// Error kind kBadConfig.
Result<Options> parse_options(const sdk::Properties& properties);

}  // namespace sluice::connectors::datagen
