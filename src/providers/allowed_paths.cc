#include "providers/allowed_paths.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"

namespace sluice::providers {
namespace {

namespace fs = std::filesystem;

/// By whole components: "/a/bc" is not below "/a/b".
bool is_below(const fs::path& path, const fs::path& folder) {
  const auto [in_folder, in_path] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  // A trailing slash is an empty last component.
  return in_folder == folder.end() || in_folder->empty();
}

}  // namespace

sdk::ConfigDef allowed_paths_config() {
  sdk::ConfigDef def;
  def.define({.name = kAllowedPaths,
              .type = sdk::ConfigType::kList,
              .default_value = nullptr,
              .importance = sdk::Importance::kHigh,
              .doc = "Absolute paths that may be read, with all below them. Not set: every path."});
  return def;
}

Result<AllowedPaths> AllowedPaths::make(const std::vector<std::string>& paths) {
  AllowedPaths allowed;
  for (const std::string& text : paths) {
    const fs::path path = fs::path(text).lexically_normal();
    std::error_code trouble;
    if (!path.is_absolute()) return bad_config(fmt::format("Path {} is not absolute", text));
    if (!fs::exists(path, trouble)) return bad_config(fmt::format("Path {} does not exist", text));
    allowed.allowed_.push_back(path);
  }
  return allowed;
}

std::optional<fs::path> AllowedPaths::resolve(const std::string& path) const {
  const fs::path normal = fs::path(path).lexically_normal();
  if (allowed_.empty()) return normal;
  if (std::ranges::any_of(allowed_, [&](const fs::path& folder) { return is_below(normal, folder); })) {
    return normal;
  }
  log::warn("The path {} is not below any of {}, so nothing is read from it", path, kAllowedPaths);
  return std::nullopt;
}

}  // namespace sluice::providers
