#include "providers/environment_provider.h"

#include <fmt/format.h>

#include <string_view>

#include "base/java_regex.h"

namespace sluice::providers {
namespace {

constexpr const char* kAllowList = "allowlist.pattern";

}  // namespace

EnvironmentProvider::EnvironmentProvider(const char* const* variables) {
  for (; *variables != nullptr; ++variables) {
    const std::string_view variable = *variables;
    const size_t equals = variable.find('=');
    if (equals == std::string_view::npos) continue;
    variables_.emplace(variable.substr(0, equals), variable.substr(equals + 1));
  }
}

const sdk::ConfigDef& EnvironmentProvider::config() const {
  static const sdk::ConfigDef def = sdk::ConfigDef().define(
      {.name = kAllowList,
       .type = sdk::ConfigType::kString,
       .default_value = ".*",
       .importance = sdk::Importance::kHigh,
       .doc = "A regular expression: only variables whose whole name matches it can be used."});
  return def;
}

Status EnvironmentProvider::configure(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, this->config().parse(properties));
  const auto pattern = JavaRegex::compile(config.get_string(kAllowList));
  if (!pattern.ok()) return pattern.error().with_context(kAllowList);
  for (auto it = variables_.begin(); it != variables_.end();) {
    SLUICE_ASSIGN_OR_RETURN(const bool is_allowed, pattern->matches(it->first));
    it = is_allowed ? std::next(it) : variables_.erase(it);
  }
  return {};
}

Result<std::optional<std::string>> EnvironmentProvider::get(const std::string& path,
                                                            const std::string& key) const {
  if (!path.empty()) {
    return bad_config(
        fmt::format("Path is not supported for EnvVarConfigProvider, invalid value '{}'", path));
  }
  const auto found = variables_.find(key);
  return found == variables_.end() ? std::optional<std::string>() : found->second;
}

}  // namespace sluice::providers
