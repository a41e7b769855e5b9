#include "connectors/object_store/options.h"

#include <fmt/core.h>

namespace sluice::connectors::object_store {
namespace {

/// So that an intent has room for clock steps and skipped offsets beside the recorded keys.
constexpr size_t kRecordedBytesMax = 2000;
constexpr size_t kQuotesBytes = 6;

}  // namespace

Error bad_option(std::string_view key, std::string_view value, std::string_view reason) {
  return bad_config(fmt::format("Invalid value {} for configuration {}: {}", value, key, reason));
}

std::vector<sdk::ConfigValue> validate(const OptionFamily& family, const sdk::Properties& properties) {
  auto values = family.def().validate(properties);
  for (const sdk::ConfigValue& value : values) {
    if (!value.errors.empty()) return values;
  }
  const auto parsed = family.parse(properties);
  if (parsed.ok()) return values;
  const std::string& message = parsed.error().message();
  sdk::ConfigValue* blamed = &values.front();
  for (sdk::ConfigValue& value : values) {
    const bool is_named = message.find("configuration " + value.name + ":") != std::string::npos;
    if (is_named) blamed = &value;
  }
  blamed->errors.push_back(message);
  return values;
}

Result<sdk::Properties> select_recorded(const OptionFamily& family, const sdk::Properties& properties) {
  sdk::Properties selected;
  for (const std::string& key : family.recorded_keys()) {
    if (const std::string* value = sdk::find(properties, key)) selected[key] = *value;
  }
  const std::pair<const std::string, std::string>* longest = nullptr;
  size_t bytes = 0;
  for (const auto& entry : selected) {
    bytes += entry.first.size() + entry.second.size() + kQuotesBytes;
    if (longest == nullptr || entry.second.size() > longest->second.size()) longest = &entry;
  }
  if (bytes <= kRecordedBytesMax) return selected;
  return bad_option(
      longest->first, longest->second.substr(0, 100) + "…",
      fmt::format("the keys that decide about file names may have {} bytes together", kRecordedBytesMax));
}

sdk::Properties with_recorded(const OptionFamily& family, const sdk::Properties& properties,
                              const sdk::Properties& recorded) {
  sdk::Properties merged = properties;
  for (const std::string& key : family.recorded_keys()) merged.erase(key);
  for (const auto& [key, value] : recorded) merged[key] = value;
  return merged;
}

void define_common(sdk::ConfigDef& def) {
  def.define(
      {.name = std::string(kBufferMemory),
       .type = sdk::ConfigType::kLong,
       .default_value = "268435456",
       .validator = sdk::at_least(int64_t{1} << 20),
       .importance = sdk::Importance::kMedium,
       .doc =
           "Memory in bytes that the open files of one task may hold. When it is used up, the largest file "
           "is written out early as a row group or upload part, or else closed early."});
}

}  // namespace sluice::connectors::object_store
