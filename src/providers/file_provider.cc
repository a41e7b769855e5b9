#include "providers/file_provider.h"

#include <fmt/format.h>

#include "formats/properties/java_properties.h"
#include "providers/whole_file.h"

namespace sluice::providers {

const sdk::ConfigDef& FileProvider::config() const {
  static const sdk::ConfigDef def = allowed_paths_config();
  return def;
}

Status FileProvider::configure(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, this->config().parse(properties));
  if (config.has(kAllowedPaths)) {
    SLUICE_ASSIGN_OR_RETURN(allowed_, AllowedPaths::make(config.get_list(kAllowedPaths)));
  }
  return {};
}

Result<std::optional<std::string>> FileProvider::get(const std::string& path, const std::string& key) const {
  if (path.empty()) return std::optional<std::string>();
  const auto allowed = allowed_.resolve(path);
  if (!allowed) return std::optional<std::string>();
  const auto text = read_whole_file(*allowed);
  if (!text) return bad_config(fmt::format("Could not read properties from file {}", path));
  auto properties = formats::parse_java_properties(*text);
  if (!properties.ok()) return properties.error().with_context(path);
  const std::string* value = sdk::find(*properties, key);
  return value == nullptr ? std::optional<std::string>() : *value;
}

}  // namespace sluice::providers
