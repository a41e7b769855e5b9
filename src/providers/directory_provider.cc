#include "providers/directory_provider.h"

#include <fmt/format.h>

#include "base/log.h"
#include "providers/whole_file.h"

namespace sluice::providers {

const sdk::ConfigDef& DirectoryProvider::config() const {
  static const sdk::ConfigDef def = allowed_paths_config();
  return def;
}

Status DirectoryProvider::configure(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, this->config().parse(properties));
  if (config.has(kAllowedPaths)) {
    SLUICE_ASSIGN_OR_RETURN(allowed_, AllowedPaths::make(config.get_list(kAllowedPaths)));
  }
  return {};
}

Result<std::optional<std::string>> DirectoryProvider::get(const std::string& path,
                                                          const std::string& key) const {
  const std::optional<std::string> nothing;
  if (path.empty()) return nothing;
  const auto folder = allowed_.resolve(path);
  if (!folder) return nothing;
  std::error_code trouble;
  if (!std::filesystem::is_directory(*folder, trouble)) {
    log::warn("The path {} is not a directory, so nothing is read from it", path);
    return nothing;
  }
  // A key is a file's name, not a way out of the folder.
  const std::filesystem::path file = *folder / key;
  if (key.find('/') != std::string::npos || !std::filesystem::is_regular_file(file, trouble)) return nothing;
  auto text = read_whole_file(file);
  if (!text) return bad_config(fmt::format("Could not read file {} of directory {}", key, path));
  return text;
}

}  // namespace sluice::providers
