#include "tasks/config_transformer.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace sluice::tasks {
namespace {

constexpr std::string_view kProviders = "config.providers";
constexpr std::string_view kStart = "${";

struct Reference {
  size_t begin;  // of "${"
  size_t end;    // behind "}"
  std::string_view inside;
};

/// The next one at or behind `from`: "${", at least one colon, "}", as Kafka's regular expression
/// \$\{([^}]*?):(([^}]*?):)?([^}]*?)\} finds them.
std::optional<Reference> next_reference(std::string_view text, size_t from) {
  for (size_t begin = text.find(kStart, from); begin != std::string_view::npos;
       begin = text.find(kStart, begin + 1)) {
    const size_t end = text.find('}', begin);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view inside = text.substr(begin + kStart.size(), end - begin - kStart.size());
    if (inside.find(':') != std::string_view::npos) return Reference{begin, end + 1, inside};
  }
  return std::nullopt;
}

sdk::Properties below(const sdk::Properties& properties, const std::string& prefix) {
  sdk::Properties found;
  for (auto it = properties.lower_bound(prefix); it != properties.end() && it->first.starts_with(prefix);
       ++it)
    found.emplace(it->first.substr(prefix.size()), it->second);
  return found;
}

std::vector<std::string> aliases_of(const sdk::Properties& worker) {
  const std::string* text = sdk::find(worker, kProviders);
  if (text == nullptr) return {};
  const auto parsed = sdk::parse_config_item(kProviders, sdk::ConfigType::kList, *text);
  return parsed.ok() ? std::get<std::vector<std::string>>(*parsed) : std::vector<std::string>();
}

}  // namespace

bool has_reference(std::string_view value) { return next_reference(value, 0).has_value(); }

Result<ConfigTransformer> ConfigTransformer::make(const plugins::Plugins& plugins,
                                                  const sdk::Properties& worker) {
  ConfigTransformer transformer;
  for (const std::string& alias : aliases_of(worker)) {
    const std::string prefix = fmt::format("{}.{}.", kProviders, alias);
    const std::string* class_name = sdk::find(worker, prefix + "class");
    if (class_name == nullptr) {
      return bad_config(
          fmt::format("Missing required configuration \"{}class\" which has no default value.", prefix));
    }
    const auto plugin = plugins.config_provider(*class_name);
    if (!plugin.ok()) return plugin.error().with_context(prefix + "class");
    std::shared_ptr<sdk::ConfigProvider> provider = (*plugin)->make();
    const Status configured = provider->configure(below(worker, prefix + "param."));
    if (!configured.ok()) return configured.error().with_context(fmt::format("Config provider {}", alias));
    transformer.providers_[alias] = std::move(provider);
  }
  return transformer;
}

Result<sdk::Properties> ConfigTransformer::transform(const sdk::Properties& properties) const {
  sdk::Properties transformed = properties;
  if (providers_.empty()) return transformed;
  for (auto& [key, value] : transformed) {
    auto resolved = transform(value);
    if (!resolved.ok()) return resolved.error().with_context(key);
    value = std::move(resolved).value();
  }
  return transformed;
}

Result<std::string> ConfigTransformer::transform(std::string_view value) const {
  std::string out;
  size_t done = 0;
  while (const auto reference = next_reference(value, done)) {
    SLUICE_ASSIGN_OR_RETURN(const std::optional<std::string> found, value_of(reference->inside));
    out += value.substr(done, reference->begin - done);
    out +=
        found ? std::string_view(*found) : value.substr(reference->begin, reference->end - reference->begin);
    done = reference->end;
  }
  return out.append(value.substr(done));
}

Result<std::optional<std::string>> ConfigTransformer::value_of(std::string_view reference) const {
  const size_t colon = reference.find(':');
  const auto provider = providers_.find(reference.substr(0, colon));
  if (provider == providers_.end()) return std::optional<std::string>();
  std::string_view rest = reference.substr(colon + 1);
  std::string_view path;
  if (const size_t second = rest.find(':'); second != std::string_view::npos) {
    path = rest.substr(0, second);
    rest.remove_prefix(second + 1);
  }
  return provider->second->get(std::string(path), std::string(rest));
}

}  // namespace sluice::tasks
