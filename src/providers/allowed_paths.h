#pragma once
// Which files a provider may read (Kafka's AllowedPaths, KIP-993).

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sdk/config/config_def.h"

namespace sluice::providers {

inline constexpr const char* kAllowedPaths = "allowed.paths";

/// The option, for providers whose only one it is.
sdk::ConfigDef allowed_paths_config();

class AllowedPaths {
 public:
  /// Everything is allowed.
  AllowedPaths() = default;
  /// Error kind kBadConfig: a path is not absolute, or is not there.
  static Result<AllowedPaths> make(const std::vector<std::string>& paths);

  /// The path without "." and ".."; nothing, with a warning in the log, if it is not allowed.
  std::optional<std::filesystem::path> resolve(const std::string& path) const;

 private:
  std::vector<std::filesystem::path> allowed_;  // empty: all
};

}  // namespace sluice::providers
